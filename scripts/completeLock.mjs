/*
 * A registry mirror may hold only the platform packages of its own machines. `npm install` then writes a lock without
 * the others, and `npm ci` refuses it. This adds an entry for every optional platform package that the lock names but
 * does not hold; npm fetches one only on the platform it is for. Run it after `npm install`: npm run lock.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const OS = /android|darwin|linux|win32|windows|freebsd|openbsd|netbsd|sunos|aix|openharmony/;
const CPU = /arm64|x64|amd64|ia32|armv7|arm(?=-|$)|loong64|ppc64|riscv64|s390x|mips64el/;

/** What makers of platform packages write, in Node's words. */
const NODE_WORDS = { windows: 'win32', amd64: 'x64', armv7: 'arm' };

function platformOf(name) {
  const inNodeWords = (word) => word && (NODE_WORDS[word] ?? word);
  const os = inNodeWords(OS.exec(name)?.[0]);
  if (os === undefined) return null;
  const cpu = inNodeWords(CPU.exec(name.split('/').pop())?.[0]);
  const libc = os !== 'linux' ? undefined : /musl/.test(name) ? 'musl' : /gnu/.test(name) ? 'glibc' : undefined;
  return { os: [os], ...(cpu ? { cpu: [cpu] } : {}), ...(libc ? { libc: [libc] } : {}) };
}

function complete(lock) {
  const { packages } = lock;
  const added = [];
  for (const [path, entry] of Object.entries({ ...packages })) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (packages[`${path}/node_modules/${name}`] ?? packages[`node_modules/${name}`]) continue;
      const platform = platformOf(name);
      if (platform === null || !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)) continue;
      const dev = entry.dev ? { dev: true } : {};
      packages[`node_modules/${name}`] = { version, ...dev, optional: true, ...platform };
      added.push(name);
    }
  }
  lock.packages = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
  return added;
}

for (const name of ['package-lock.json', 'bench/package-lock.json', 'bench/http/package-lock.json']) {
  const file = new URL(`../${name}`, import.meta.url);
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  const added = complete(lock);
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`${added.length} optional platform packages added to ${name}`);
}
