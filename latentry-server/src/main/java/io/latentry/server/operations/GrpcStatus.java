package io.latentry.server.operations;

import java.util.List;

/** The words of gRPC's status codes. */
final class GrpcStatus {
  private static final List<String> WORDS =
      List.of(
          "ok",
          "cancelled",
          "unknown",
          "invalid_argument",
          "deadline_exceeded",
          "not_found",
          "already_exists",
          "permission_denied",
          "resource_exhausted",
          "failed_precondition",
          "aborted",
          "out_of_range",
          "unimplemented",
          "internal",
          "unavailable",
          "data_loss",
          "unauthenticated");

  private GrpcStatus() {}

  /**
   * @param code as it stands in a header
   */
  static String word(String code) {
    for (int i = 0; i < WORDS.size(); i++) {
      if (code.equals(Integer.toString(i))) {
        return WORDS.get(i);
      }
    }
    return "unknown";
  }
}
