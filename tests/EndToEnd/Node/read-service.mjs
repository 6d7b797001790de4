// Reads a service and its revisions with @google-cloud/run, and prints what an operator would look at.
// Arguments: host:port of the Admin API, the service's full name. CLIENTS_FOLDER is the folder to resolve packages from.
import { createRequire } from 'node:module';

const require = createRequire(process.env.CLIENTS_FOLDER);
const { ServicesClient, RevisionsClient } = require('@google-cloud/run');
const { grpc } = require('google-gax');

const [address, name] = process.argv.slice(2);
const [apiEndpoint, port] = address.split(':');
const options = { apiEndpoint, port: Number(port), sslCreds: grpc.credentials.createInsecure(), projectId: name.split('/')[1] };
const services = new ServicesClient(options);
const revisionsClient = new RevisionsClient(options);

const [service] = await services.getService({ name });
const revisions = [];
for await (const revision of revisionsClient.listRevisionsAsync({ parent: name }))
  revisions.push({ name: revision.name, image: revision.containers[0].image });

const latest = service.latestReadyRevision.split('/').pop();
const imageOf = short => revisions.find(revision => revision.name.endsWith(`/${short}`))?.image ?? '';
console.log(JSON.stringify({
  image: service.template.containers[0].image,
  readyRevision: service.latestReadyRevision,
  reconciling: service.reconciling,
  serving: service.trafficStatuses
    .filter(status => status.percent > 0)
    .map(status => ({ image: imageOf(status.revision || latest), percent: status.percent })),
  revisions,
}));
await services.close();
await revisionsClient.close();
