/** A tool as Remit names it, `server/tool`, in its two parts. */
export interface ToolName {
  readonly server: string;
  readonly tool: string;
}

/** Splits at the first slash: a server's name has none, a tool's may. Null when a part is missing. */
export function splitToolName(name: string): ToolName | null {
  const slash = name.indexOf('/');
  if (slash < 1 || slash === name.length - 1) return null;
  return { server: name.slice(0, slash), tool: name.slice(slash + 1) };
}

/** The name under which Remit knows a server's tool. */
export function joinToolName(server: string, tool: string): string {
  return `${server}/${tool}`;
}
