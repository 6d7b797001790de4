// Publishes texts with @google-cloud/pubsub, and prints the ids that the messages were given.
// Arguments: host:port (which PUBSUB_EMULATOR_HOST names too), project, topic, a JSON array of texts.
import { createRequire } from 'node:module';

const { PubSub } = createRequire(process.env.CLIENTS_FOLDER)('@google-cloud/pubsub');
const [, projectId, topic, texts] = process.argv.slice(2);
const pubsub = new PubSub({ projectId });
const ids = [];
for (const text of JSON.parse(texts))
  ids.push(await pubsub.topic(topic).publishMessage({ data: Buffer.from(text) }));
console.log(JSON.stringify(ids));
await pubsub.close();
