// Publishes with Google's own Node client and takes the message back by its streaming pull.
// Arguments: the folder that has node_modules, and a project id. PUBSUB_EMULATOR_HOST says where.
import { createRequire } from 'node:module';

const [folder, projectId] = process.argv.slice(2);
const { PubSub } = createRequire(folder)('@google-cloud/pubsub');
const pubsub = new PubSub({ projectId });

const [topic] = await pubsub.createTopic('gcr');
const [subscription] = await topic.createSubscription('pulled', { ackDeadlineSeconds: 10 });
let refusals = 0;
const seen = await new Promise((resolve, reject) => {
  subscription.on('error', reject);
  subscription.on('message', (message) => {
    // Given back once, so that the client's nack is seen to work.
    if (refusals++ === 0) return message.nack();
    message.ack();
    resolve({ id: message.id, data: message.data.toString(), attributes: message.attributes });
  });
  topic.publishMessage({ data: Buffer.from('from node'), attributes: { buildId: 'b1' } }).catch(reject);
});
await subscription.close();
const [topics] = await pubsub.getTopics();
const [again] = await pubsub.topic('gcr').exists();
console.log(JSON.stringify({ ...seen, refusals, topics: topics.map((it) => it.name), again }));
await subscription.delete();
await pubsub.close();
