import type { paths } from './schema.js';

/* The types of the route table, read off the schema. */

/** Methods of the API. */
export type ApiMethod = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** Patterns that have a method, such as `/tickets/{ticket_id}`. */
export type PathOf<Method extends ApiMethod> = {
  [Path in keyof paths]: paths[Path] extends Record<Method, { responses: unknown }> ? Path : never;
}[keyof paths];

type Operation<Method extends ApiMethod, Path extends PathOf<Method>> = paths[Path][Method];

type Body<Reply> = Reply extends { content: { 'application/json': infer Json } } ? Json : null;

/** What a route answers when it did what was asked; null when there is nothing to say. */
export type AnswerOf<Method extends ApiMethod, Path extends PathOf<Method>> =
  Operation<Method, Path> extends { responses: infer Replies } ? Body<Replies[keyof Replies]> : never;

type Parameters<Op> = Op extends { parameters: infer Parts } ? Omit<Parts, 'cookie'> : never;

type Sent<Op> = Op extends { requestBody: { content: { 'application/json': infer Json } } }
  ? { readonly body: Json }
  : { readonly body?: never };

/** What a route is asked with: parts of its path, query, headers and body where it has them. */
export type AskOf<Method extends ApiMethod, Path extends PathOf<Method>> = Parameters<Operation<Method, Path>> &
  Sent<Operation<Method, Path>> & {
    /** Ends the request. */
    readonly signal?: AbortSignal;
  };

/** The last argument of a call: left out where nothing is needed. */
export type AskArguments<Method extends ApiMethod, Path extends PathOf<Method>> =
  Record<never, never> extends AskOf<Method, Path> ? [ask?: AskOf<Method, Path>] : [ask: AskOf<Method, Path>];

/** Patterns of lists: they take a `cursor` and answer `items` and `next_cursor`. */
export type ListPath = {
  [Path in PathOf<'get'>]: Operation<'get', Path> extends { parameters: { query?: infer Query } }
    ? 'cursor' extends keyof NonNullable<Query>
      ? Path
      : never
    : never;
}[PathOf<'get'>];

/** One item of a list. */
export type ItemOf<Path extends ListPath> = AnswerOf<'get', Path> extends { items: (infer Item)[] } ? Item : never;
