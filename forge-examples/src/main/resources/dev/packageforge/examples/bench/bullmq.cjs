'use strict';
// One process of BullMQ, with its default settings, for `forge bench queue --vs bullmq`. It is told
// what to do on standard input, one JSON object a line, and answers each with one on standard output.
// The bench counts commands and waits from outside, as it does for our own queue.
const readline = require('node:readline');
const { Queue, QueueEvents, Worker } = require('bullmq');

const connection = { host: '127.0.0.1', port: Number(process.argv[2]), maxRetriesPerRequest: null };
const nanos = () => process.hrtime.bigint();
const millisSince = (start) => Number(nanos() - start) / 1e6;
const say = (what) => process.stdout.write(JSON.stringify(what) + '\n');
const line = 'x'.repeat(80);
// A job of ours names its run and no more; these do the same.
const data = { run: 'r0123456789abcdefghijklmno' };

let queue;
let worker;
let events;
let release;
let viewers = [];

const quiet = (emitter) => {
  emitter.on('error', () => {});
  return emitter;
};

async function rest() {
  viewers.forEach(clearInterval);
  viewers = [];
  if (release) release();
  await Promise.all([worker, queue, events].filter(Boolean).map((each) => each.close()));
  worker = queue = events = undefined;
}

function work(name, concurrency, processor, autorun = true) {
  worker = quiet(new Worker(name, processor, { connection, concurrency, autorun }));
  return worker.waitUntilReady();
}

const deeds = {
  rest,

  async open({ name }) {
    queue = quiet(new Queue(name, { connection }));
    await queue.waitUntilReady();
  },

  async one({ jobs }) {
    for (let i = 0; i < jobs; i++) await queue.add('job', data);
  },

  async flight({ jobs, width }) {
    let sent = 0;
    const lane = async () => {
      while (sent < jobs) {
        sent++;
        await queue.add('job', data);
      }
    };
    await Promise.all(Array.from({ length: width }, lane));
  },

  async bulk({ jobs, size }) {
    for (let i = 0; i < jobs; i += size) {
      await queue.addBulk(Array.from({ length: size }, () => ({ name: 'job', data })));
    }
  },

  // From the first start to the last completion, as the worker itself sees them.
  async noop({ name, jobs, concurrency }) {
    let first;
    let left = jobs;
    let ended;
    const all = new Promise((resolve) => (ended = resolve));
    await work(
      name,
      concurrency,
      async () => {
        first ??= nanos();
        return 1;
      },
      false,
    );
    worker.on('completed', () => --left === 0 && ended(millisSince(first)));
    worker.run();
    const ms = await all;
    await worker.close();
    worker = undefined;
    return { ms };
  },

  async idle({ name }) {
    await work(name, 1, async () => 1);
  },

  // Says of each job how long after its add it started; the clock is the machine's, not the process'.
  async starts({ name }) {
    await work(name, 1, async (job) => {
      say({ startedAfterMs: millisSince(BigInt(job.data.at)) });
      return 1;
    });
  },

  async addNow() {
    await queue.add('job', { at: String(nanos()) });
  },

  async logs({ name, lines, updates }) {
    await work(name, 1, async (job) => {
      for (let i = 0; i < lines; i++) await job.log(i + ' ' + line);
      for (let i = 1; i <= updates; i++) await job.updateProgress((100 * i) / updates);
      return { ok: true };
    });
    worker.on('completed', () => say({ completed: true }));
  },

  async add() {
    await queue.add('job', data);
  },

  async silent({ name }) {
    const held = new Promise((resolve) => (release = resolve));
    await work(name, 1, () => {
      say({ started: true });
      return held;
    });
  },

  async events({ name }) {
    events = quiet(new QueueEvents(name, { connection }));
    await events.waitUntilReady();
  },

  // Log lines make no event, so a page that shows them has to ask: state and logs, once a second.
  async pages({ count }) {
    const job = await queue.add('job', data);
    for (let i = 0; i < 20; i++) await job.log(i + ' ' + line);
    const look = async () => {
      const seen = await queue.getJob(job.id);
      await seen.getState();
      await queue.getJobLogs(job.id);
    };
    for (let i = 0; i < count; i++) viewers.push(setInterval(() => look().catch(() => {}), 1000));
  },
};

// One after the other, whatever comes in meanwhile.
let last = Promise.resolve();
readline
  .createInterface({ input: process.stdin })
  .on('line', (text) => {
    const { deed, ...how } = JSON.parse(text);
    last = last.then(async () => {
      const start = nanos();
      try {
        const answer = await deeds[deed](how);
        say({ done: deed, ms: millisSince(start), ...answer });
      } catch (accident) {
        say({ failed: deed, why: String(accident && accident.message) });
      }
    });
  })
  .on('close', () => process.exit(0));
