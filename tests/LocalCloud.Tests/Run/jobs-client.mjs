// Drives jobs, executions, tasks and worker pools of a local Cloud Run with @google-cloud/run.
// Arguments: folder to resolve packages from, port. Prints one JSON object.
import { createRequire } from 'node:module';

const [, , folder, port] = process.argv;
const require = createRequire(folder);
const { JobsClient, ExecutionsClient, TasksClient, WorkerPoolsClient } = require('@google-cloud/run');
const { grpc } = require('google-gax');

const options = { apiEndpoint: '127.0.0.1', port: Number(port), sslCreds: grpc.credentials.createInsecure(), projectId: 'acme' };
const [jobs, executions, tasks, pools] =
  [JobsClient, ExecutionsClient, TasksClient, WorkerPoolsClient].map(Client => new Client(options));
const parent = 'projects/acme/locations/asia-northeast1';
const image = word => `asia-northeast1-docker.pkg.dev/acme/app/web:${word}`;
const said = {};

const wanted = word => ({ template: { template: { maxRetries: 0, containers: [{ image: image(word) }] } } });
const [creation] = await jobs.createJob({ parent, jobId: 'tidy', job: wanted('good') });
const [job] = await creation.promise();
said.job = job.name;
const [run] = await jobs.runJob({ name: job.name, overrides: { taskCount: 2 } });
const [execution] = await run.promise();
said.succeeded = execution.succeededCount;
said.completed = execution.conditions.find(it => it.type === 'Completed').state;
const [listed] = await executions.listExecutions({ parent: job.name });
said.executions = listed.map(it => it.name === execution.name);
const [found] = await tasks.listTasks({ parent: execution.name });
said.tasks = found.map(it => it.index).sort();

const [update] = await jobs.updateJob({ job: { ...wanted('bad'), name: job.name } });
await update.promise();
const [failing] = await jobs.runJob({ name: job.name });
try {
  await failing.promise();
} catch (error) {
  said.failure = error.message;
}

const withToken = (word, token) => ({ ...wanted(word), name: job.name, ...token });
const [starting] = await jobs.updateJob({ job: withToken('good', { startExecutionToken: 'by-start' }) });
said.started = (await starting.promise())[0].latestCreatedExecution.name;
const [running] = await jobs.updateJob({ job: withToken('good', { runExecutionToken: 'by-run' }) });
said.ran = (await running.promise())[0].latestCreatedExecution.completionStatus;
try {
  await jobs.updateJob({ job: withToken('good', { startExecutionToken: 'by-start' }) });
} catch (error) {
  said.again = error.message;
}

const [jobDeletion] = await jobs.deleteJob({ name: job.name });
await jobDeletion.promise();
said.jobs = (await jobs.listJobs({ parent }))[0].length;

const [poolCreation] = await pools.createWorkerPool(
  { parent, workerPoolId: 'crew', workerPool: { template: { containers: [{ image: image('good') }] } } });
const [pool] = await poolCreation.promise();
said.pool = pool.latestReadyRevision;
const [poolUpdate] = await pools.updateWorkerPool({ workerPool: pool, forceNewRevision: true });
said.updated = (await poolUpdate.promise())[0].latestReadyRevision;
const [poolDeletion] = await pools.deleteWorkerPool({ name: pool.name });
await poolDeletion.promise();
said.pools = (await pools.listWorkerPools({ parent }))[0].length;

console.log(JSON.stringify(said));
for (const client of [jobs, executions, tasks, pools]) await client.close();
