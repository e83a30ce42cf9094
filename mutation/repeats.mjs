import Mocha from 'mocha';
import { SLICES } from './slices.ts';

/*
 * Runs the tests of a slice three times in one process, as they are run for each change: a test that only passes the
 * first time would seem to notice every change after it.
 */

const mocha = new Mocha({ timeout: 0, reporter: 'dot' });
mocha.cleanReferencesAfterRun(false);
for (const file of SLICES[process.argv[2]].tests) mocha.addFile(file);
await mocha.loadFilesAsync();
let failures = 0;
for (let run = 0; run < 3; run += 1) failures += await new Promise((done) => mocha.run(done));
process.exit(failures === 0 ? 0 : 1);
