package io.latentry.server.serving;

/** Why a request is not answered, as HTTP says it; gRPC's codes are told apart in its door. */
public enum Refusal {
  BAD_INPUT(400),
  UNAUTHENTICATED(401),
  FORBIDDEN(403),
  UNKNOWN(404),
  NOT_ACCEPTABLE(406),
  /** Against the state of the model. */
  CONFLICT(409),
  /** The caller's own limit of time was over; the service could have answered within its own. */
  CALLERS_DEADLINE(408),
  TOO_LARGE(413),
  UNSUPPORTED_MEDIA(415),
  /** Too much waits already; try again later. */
  BUSY(429),
  /**
   * What the protocol knows and we do not; no fault of the service, which a 501 would look like.
   */
  UNSUPPORTED(400),
  NOT_READY(503),
  DEADLINE(504),
  /** The disk of the store is full. */
  NO_ROOM(507);

  private final int httpStatus;

  Refusal(int httpStatus) {
    this.httpStatus = httpStatus;
  }

  public int httpStatus() {
    return httpStatus;
  }
}
