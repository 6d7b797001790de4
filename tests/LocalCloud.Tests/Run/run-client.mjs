// Drives a local Cloud Run with @google-cloud/run: create, update by LRO polling, list, a failure, delete.
// Arguments: folder to resolve packages from, port. Prints one JSON object.
import { createRequire } from 'node:module';

const [, , folder, port] = process.argv;
const require = createRequire(folder);
const { ServicesClient, RevisionsClient } = require('@google-cloud/run');
const { grpc } = require('google-gax');

const options = { apiEndpoint: '127.0.0.1', port: Number(port), sslCreds: grpc.credentials.createInsecure(), projectId: 'acme' };
const services = new ServicesClient(options);
const revisions = new RevisionsClient(options);
const parent = 'projects/acme/locations/asia-northeast1';
const image = word => `asia-northeast1-docker.pkg.dev/acme/app/web:${word}`;
const said = {};

const wanted = { template: { containers: [{ image: image('good') }] } };
const [creation] = await services.createService({ parent, serviceId: 'web', service: wanted });
const [created, createdMetadata] = await creation.promise();
said.created = created.latestReadyRevision;
said.metadata = createdMetadata.name;

created.template.containers[0].image = image('better');
const [update] = await services.updateService({ service: created, updateMask: { paths: ['template'] } });
const [updated] = await update.promise();
said.updated = updated.latestReadyRevision;
said.generation = String(updated.generation);

updated.template.containers[0].image = image('bad');
const [failing] = await services.updateService({ service: updated });
try {
  await failing.promise();
} catch (error) {
  said.failure = { code: error.code, message: error.message };
}

const resumed = await services.checkUpdateServiceProgress(failing.name);
said.resumedDone = resumed.done;

const [list] = await services.listServices({ parent });
said.services = list.map(it => it.name);
said.revisions = [];
for await (const revision of revisions.listRevisionsAsync({ parent: `${parent}/services/web`, pageSize: 1 }))
  said.revisions.push(revision.name);

const [deletion] = await services.deleteService({ name: `${parent}/services/web` });
const [deleted] = await deletion.promise();
said.deleted = deleted.name;
try {
  await services.getService({ name: `${parent}/services/web` });
} catch (error) {
  said.afterwards = error.code;
}

console.log(JSON.stringify(said));
await services.close();
await revisions.close();
