/* `packagejson: false`: otherwise the analyzer writes into the package.json of whoever runs it. */
export default { globs: ['src/elements/*.ts'], litelement: true, quiet: true, packagejson: false };
