package io.latentry.client;

/** The service did not do what it was asked. The message is the service's own. */
public final class RefusedRequestException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int status;

  RefusedRequestException(int status, String message) {
    super(message);
    this.status = status;
  }

  /** Of HTTP, such as 404 for a model that is not there. */
  public int status() {
    return status;
  }
}
