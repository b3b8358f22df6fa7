package io.latentry.cli.terminal;

import io.latentry.training.engine.DeviceChoice;
import io.latentry.training.engine.Engine;
import picocli.CommandLine.Option;

/** Where a command trains. No setting of the config: it changes how long a fit takes, not what. */
public final class DeviceOption {
  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      description =
          "Where to train: auto (default: a GPU where one is found, else the CPU), cpu or cuda."
              + " doctor says what is found.")
  private DeviceChoice device = DeviceChoice.AUTO;

  /**
   * Decides for the process; before it trains.
   *
   * @throws IllegalStateException if a GPU is asked for and cannot be had
   */
  public void choose() {
    Object unused = Engine.use(device);
  }
}
