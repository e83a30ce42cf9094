import { labCatalogue } from './catalogue.js';

/*
 * The lab's catalogue as a configuration for `remit verify`: nothing of the lab runs, so no tool server can be asked.
 * `npm start` puts the same catalogue before the running lab.
 */
export default { catalogue: labCatalogue, servers: {} };
