// Writes npm-ranges.tsv: what node-semver (the `semver` package of npm) says of each range and version.
// Run where `semver` is installed:  node npm-ranges.mjs > npm-ranges.tsv
// A range that names a pre-release is asked with includePrerelease, for there the language follows Masterminds: any within the bounds.
import semver from 'semver';

const versions = [
  '0.0.0', '0.0.1', '0.0.2', '0.0.3', '0.1.0', '0.1.5', '0.2.0', '0.2.3', '0.2.9', '0.3.0', '0.9.9', '1.0.0', '1.0.1', '1.0.10',
  '1.1.0', '1.2.0', '1.2.2', '1.2.3', '1.2.4', '1.2.10', '1.3.0', '1.9.9', '1.10.0', '2.0.0', '2.0.1', '2.1.0', '2.3.4', '2.4.0',
  '3.0.0', '10.0.0', '11.0.0', '11.1.0', '11.2.0', '12.0.0', '0.0.1-alpha', '0.2.0-rc.1', '1.0.0-0', '1.0.0-alpha', '1.0.0-alpha.1',
  '1.0.0-beta', '1.0.0-beta.2', '1.0.0-beta.11', '1.0.0-rc.1', '1.1.0-alpha', '1.2.3-beta.1', '1.2.3-beta.2', '1.2.3-beta.2.0',
  '1.2.3-beta.3', '1.2.4-alpha', '1.3.0-alpha', '2.0.0-alpha', '2.0.0-rc.1', '1.2.3+build.7', '2.0.0+b',
];

const ranges = [
  '*', 'x', 'X', '>=0.0.0', '1', '1.x', '1.x.x', '1.X', '1.*', '1.2', '1.2.x', '1.2.*', '1.2.3', '=1.2.3', '= 1.2.3', 'v1.2.3', '=v1.2.3',
  '=1.2', '=1', '>1.2.3', '> 1.2.3', '>=1.2.3', '>= 1.2.3', '<1.2.3', '<=1.2.3', '>1', '>=1', '<1', '<=1', '>1.2', '>=1.2', '<1.2',
  '<=1.2', '>11', '>11.1', '<11', '<=11', '>=1.0.0 <2.0.0', '>1.0.0 <=1.2', '>=1.x <2.x', '1.0.0 || 2.0.0', '1.0.0||2.0.0',
  '<1.0.0 || >=2.0.0', '~1', '~1.x', '~1.2', '~1.2.x', '~1.2.3', '~ 1.2.3', '~>1.2', '~>1.2.3', '~0', '~0.0', '~0.2', '~0.2.3', '~0.0.1',
  '~v1.2', '^1', '^1.x', '^1.2', '^1.2.3', '^ 1.2.3', '^v1.2.3', '^0', '^0.0', '^0.x', '^0.2', '^0.2.3', '^0.0.3', '^0.0.0', '^0.0.x',
  '^2.0.0 || ~1.2.3', '1.0.0 - 2.0.0', '1.0 - 2.0', '1 - 2', '1.2 - 2.3.4', '1.2.3 - 2.3', '1.2.3 - 2', '0.2 - 1.2.3 || 11',
  '>=1.0.0-0', '>=1.0.0-0 <2.0.0-0', '>=1.0.0-0 <2.0.0', '>=1.0.0-alpha <1.0.0', '>1.0.0-beta', '>1.0.0-beta.2 <=1.0.0-rc.1',
  '<=1.2.3-beta.2', '<1.2.3-beta.2', '=1.2.3-beta.2', '1.2.3-beta.2', '~1.2.3-beta.2', '^1.2.3-beta.2', '^0.2.0-rc.1', '^0.0.1-alpha',
  '1.0.0-alpha - 1.2.3-beta.2', '1.0.0-rc.1 - 2.0.0', '>=1.2.3-beta.2 || 1.0.0-alpha', '~1.2.3-beta.2 || ^2.0.0-rc.1',
  '>=1.2.3+build', '1.2.3+other', '~1.2.3+b', '>1.2.3-beta.2+meta',
];

console.log('# made by npm-ranges.mjs; one line a range, then the versions that are inside');
for (const range of ranges) {
  const includePrerelease = /\d-[0-9A-Za-z]/.test(range);
  console.log([range, ...versions.filter((v) => semver.satisfies(v, range, { includePrerelease }))].join('\t'));
}
console.log(['# versions', ...versions].join('\t'));
