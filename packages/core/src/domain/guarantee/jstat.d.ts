/** The part of jstat that is used here, from the smaller of the two files it comes with. */
declare module 'jstat/dist/jstat.min.js' {
  const jstat: {
    readonly jStat: { readonly beta: { inv(probability: number, a: number, b: number): number } };
  };
  export default jstat;
}
