package io.latentry.server.access;

import com.linecorp.armeria.common.HttpMethod;
import io.latentry.server.config.KeyRole;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which role a route needs, by method and path; a method of gRPC is a POST to its name. What is not
 * listed needs {@link KeyRole#ADMIN}: a route that somebody forgot here is closed, not open.
 */
public final class AccessRules {
  private static final String NAME = "[^/]+";
  private static final String MODEL = "/v2/models/" + NAME + "(/versions/" + NAME + ")?";
  private static final String OIP_GRPC = "/inference\\.GRPCInferenceService/";

  /** Asked by whoever distributes requests, and what a browser needs to show the form for a key. */
  private static final Pattern OPEN_TO_LOOK =
      anyOf(
          "/v2/health/(live|ready)",
          "/",
          "/index\\.html",
          "/favicon\\.(ico|svg)",
          "/(page|assets|webjars)/.+",
          "/openapi\\.(json|yaml)",
          "/docs(/.*)?");

  private static final Pattern OPEN_TO_CALL =
      anyOf(OIP_GRPC + "Server(Live|Ready)", "/grpc\\.health\\.v1\\.Health/(Check|Watch|List)");

  private static final Pattern READ_TO_LOOK =
      anyOf("/v1/.+", "/v2/?", "/v2/models(/.*)?", "/v2/repository/index", "/metrics");

  private static final Pattern READ_TO_CALL =
      anyOf(
          "/v2/repository/index",
          OIP_GRPC + "(ServerMetadata|Model(Ready|Metadata|Config|Statistics)|RepositoryIndex)",
          "/grpc\\.reflection\\.v1(alpha)?\\.ServerReflection/ServerReflectionInfo");

  private static final Pattern SCORE_TO_CALL =
      anyOf(
          "/v1/models/" + NAME + "(/versions/" + NAME + ")?/(score|plot)",
          MODEL + "/infer",
          OIP_GRPC + "Model(Infer|StreamInfer)");

  /** Shows rows that others sent, or values, keys and times of such. */
  private static final Pattern SCORE_TO_LOOK =
      anyOf("/v1/anomalies", "/v1/models/" + NAME + "/((series|incidents)(/.*)?|feedback)");

  /** Hands out rows that others sent. */
  private static final Pattern ADMIN_TO_LOOK = anyOf("/v1/models/" + NAME + "/recorded/.+");

  /** Answers that go on for as long as the client listens. */
  private static final Pattern STREAMS =
      Pattern.compile(
          OIP_GRPC
              + "ModelStreamInfer|/grpc\\.health\\.v1\\.Health/Watch"
              + "|/grpc\\.reflection\\.v1(alpha)?\\.ServerReflection/ServerReflectionInfo");

  private AccessRules() {}

  /**
   * @param path normalised and still encoded, as routes are chosen by it
   * @return empty if everybody may
   */
  static Optional<KeyRole> needed(HttpMethod method, String path) {
    boolean looks = method == HttpMethod.GET || method == HttpMethod.HEAD;
    boolean calls = method == HttpMethod.POST;
    if ((looks && matches(OPEN_TO_LOOK, path)) || (calls && matches(OPEN_TO_CALL, path))) {
      return Optional.empty();
    }
    if (looks && matches(ADMIN_TO_LOOK, path)) {
      return Optional.of(KeyRole.ADMIN);
    }
    if (looks && matches(SCORE_TO_LOOK, path)) {
      return Optional.of(KeyRole.SCORE);
    }
    if ((looks && matches(READ_TO_LOOK, path)) || (calls && matches(READ_TO_CALL, path))) {
      return Optional.of(KeyRole.READ);
    }
    return Optional.of(calls && matches(SCORE_TO_CALL, path) ? KeyRole.SCORE : KeyRole.ADMIN);
  }

  /** Whether an answer may go on without an end. */
  public static boolean isStream(String path) {
    return matches(STREAMS, path);
  }

  private static Pattern anyOf(String... paths) {
    return Pattern.compile(String.join("|", paths));
  }

  private static boolean matches(Pattern paths, String path) {
    return paths.matcher(path).matches();
  }
}
