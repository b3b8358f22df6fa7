package io.latentry.server.retraining;

import java.nio.file.Path;
import java.util.List;

/**
 * How a process is started that retrains. It takes what {@code latentry retrain} takes, and ends as
 * that does: 0 for a challenger that its gate promotes, 5 for one that it refuses.
 */
public interface Trainer {
  int PROMOTE = 0;
  int REFUSE = 5;

  /**
   * The program and its arguments.
   *
   * @param folder of the run, for what the command needs to have beside it
   * @param heapMegabytes of the process
   * @param cores that it keeps busy at most; 0 for as many as there are
   * @param arguments that follow {@code retrain}
   */
  List<String> command(Path folder, int heapMegabytes, int cores, List<String> arguments);
}
