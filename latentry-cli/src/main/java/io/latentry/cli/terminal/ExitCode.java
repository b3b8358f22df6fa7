package io.latentry.cli.terminal;

/** What the process ends with. */
public enum ExitCode {
  OK(0),
  FAILED(1),
  WRONG_USAGE(2),
  /** The data cannot be used. */
  UNUSABLE_DATA(3),
  /**
   * The command did what it should, and what it looked for is there, so that a scheduler can act.
   */
  DRIFT_FOUND(4),
  /** The command did what it should, and the new model is not to take the old one's place. */
  CHALLENGER_REFUSED(5),
  /** By Ctrl-C, as shells count it: 128 and the number of the signal. */
  INTERRUPTED(130),
  /** Who read standard output has seen enough, such as {@code head}; counted likewise. */
  READER_GONE(141);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }
}
