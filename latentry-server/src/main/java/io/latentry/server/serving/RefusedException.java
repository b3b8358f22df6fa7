package io.latentry.server.serving;

/** A request that is not answered. The message is for the caller: what, where, and what to do. */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Refusal refusal;

  public RefusedException(Refusal refusal, String message) {
    super(message);
    this.refusal = refusal;
  }

  public RefusedException(Refusal refusal, String message, Throwable cause) {
    super(message, cause);
    this.refusal = refusal;
  }

  public Refusal refusal() {
    return refusal;
  }
}
