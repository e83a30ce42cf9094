/** The part of jstat that is used here. */
declare module 'jstat' {
  const jstat: {
    readonly jStat: { readonly beta: { inv(probability: number, a: number, b: number): number } };
  };
  export default jstat;
}
