// PouchDB as the bench's peer. `node peer.js serve ADAPTER FOLDER`: a server on a free port, its address on one line.
// `node peer.js replicate ADAPTER FOLDER DOCUMENTS URL`: fills a database from a file of JSON lines, then replicates
// it to URL in batches of 500 and prints {seconds, processor}, of the replication alone.
'use strict';

const fs = require('fs');
const path = require('path');

const [what, adapter, folder, ...rest] = process.argv.slice(2);
const PouchDB = require('pouchdb-core')
  .plugin(require(`pouchdb-adapter-${adapter}`))
  .plugin(require('pouchdb-adapter-http'))
  .plugin(require('pouchdb-replication'));

async function serve() {
  const Here = PouchDB.defaults({ adapter, prefix: path.join(folder, 'server-') });
  const app = require('express')();
  app.use(require('express-pouchdb')(Here, { mode: 'minimumForPouchDB' }));
  const server = app.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
}

async function replicate(documents, url) {
  const source = new PouchDB(path.join(folder, 'booth'), { adapter });
  const all = fs.readFileSync(documents, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
  for (let start = 0; start < all.length; start += 500) await source.bulkDocs(all.slice(start, start + 500));
  const target = new PouchDB(url);
  await target.info();
  const [began, work] = [process.hrtime.bigint(), process.cpuUsage()];
  const done = await PouchDB.replicate(source, target, { batch_size: 500 });
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  const { user, system } = process.cpuUsage(work);
  const { doc_count: there } = await target.info();
  if (!done.ok || there !== all.length) throw new Error(`only ${there} of ${all.length} arrived`);
  console.log(JSON.stringify({ seconds, processor: (user + system) / 1e6 }));
}

({ serve, replicate })[what](...rest).catch((error) => {
  console.error(String(error));
  process.exit(1);
});
