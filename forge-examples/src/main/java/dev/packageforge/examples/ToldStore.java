package dev.packageforge.examples;

import dev.packageforge.Run;
import dev.packageforge.queue.JobQueue;
import dev.packageforge.queue.RunStore;
import dev.packageforge.queue.SaveResult;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;

/** A store that tells of each revision that this process brings into it. */
interface ToldStore extends JobQueue, RunStore {
  /**
   * A store in front of others.
   *
   * @param told must be quick, and safe for use by many threads
   */
  static ToldStore before(JobQueue jobs, RunStore runs, Consumer<Run> told) {
    return (ToldStore)
        Proxy.newProxyInstance(
            ToldStore.class.getClassLoader(),
            new Class<?>[] {ToldStore.class},
            (proxy, method, arguments) -> {
              Object answer = asked(method, jobs, runs, arguments);
              if (method.getName().equals("save") && answer == SaveResult.SAVED) {
                told.accept((Run) arguments[1]);
              }
              return answer;
            });
  }

  private static Object asked(Method method, JobQueue jobs, RunStore runs, Object[] arguments)
      throws Throwable {
    try {
      return method.invoke(method.getDeclaringClass() == JobQueue.class ? jobs : runs, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
