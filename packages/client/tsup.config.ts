import { build } from '../../tsup.base.ts';

export default { ...build({ index: 'src/index.ts' }), platform: 'neutral' as const, target: 'es2022' };
