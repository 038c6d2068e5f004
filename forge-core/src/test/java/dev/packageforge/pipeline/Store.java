package dev.packageforge.pipeline;

import dev.packageforge.queue.JobQueue;
import dev.packageforge.queue.RunStore;

/** Both ports of one store, so that one proxy can stand for it. */
interface Store extends JobQueue, RunStore {}
