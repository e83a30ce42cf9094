/** Where unguessable identifiers come from. */
export interface Ids {
  /** A new identifier, unique and not guessable; `kind` may become its prefix. */
  next(kind: 'remediation' | 'approval' | 'clearance' | 'pattern' | 'change' | 'halt' | 'owner'): string;
}
