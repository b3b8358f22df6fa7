package io.latentry.server.api;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.latentry.core.series.SeriesClock;
import io.latentry.core.series.SeriesSettings;
import io.latentry.server.series.KeyPath;
import io.latentry.server.series.SeriesMemory;
import io.latentry.server.series.SeriesMemory.KeptKey;
import io.latentry.server.series.SeriesMemory.KeptKeys;
import io.latentry.server.serving.ModelHost;
import io.latentry.server.serving.ModelLease;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** What the service keeps of the keys of a champion of series: tells it, and forgets it. */
final class SeriesEndpoint {
  private static final int USUAL_KEYS = 100;
  private static final int MOST_KEYS = 1_000;

  private final ModelHost host;
  private final SeriesMemory memory;
  private final ApiLimits limits;

  SeriesEndpoint(ModelHost host, SeriesMemory memory, ApiLimits limits) {
    this.host = host;
    this.memory = memory;
    this.limits = limits;
  }

  /**
   * @param count of all keys that something is kept of
   * @param next the path of the keys behind these; null if there are none
   */
  record Keys(String model, int version, int count, List<Key> series, @Nullable String next) {}

  /**
   * @param key its parts, one for each key column
   * @param path of {@link Detail}
   * @param last the time of its last point, in words
   * @param lastTime the same as the model's clock counts
   * @param seen when that point came here
   */
  record Key(List<String> key, String path, String last, double lastTime, String seen) {}

  /**
   * @param pointsHeld of the {@code window} that a verdict takes
   * @param smoothedScore of the last point that could be judged; null before the first
   * @param alarm whether it is on
   * @param latePoints that came too late since the last one that did not
   */
  record Detail(
      String model,
      int version,
      List<String> key,
      int pointsHeld,
      int window,
      SeriesClock clock,
      String last,
      double lastTime,
      String seen,
      double smoothedScore,
      boolean alarm,
      int latePoints) {}

  HttpResponse list(ServiceRequestContext context) {
    try (ModelLease lease = lend(context)) {
      SeriesSettings settings = settings(lease);
      Optional<String> after = Optional.empty();
      int most = USUAL_KEYS;
      QueryParams query = context.queryParams();
      for (String name : query.names()) {
        String text = query.get(name, "");
        switch (name) {
          case "limit" -> most = limit(text);
          case "after" -> after = Optional.of(KeyPath.key(settings, text));
          default ->
              throw new RefusedException(
                  Refusal.BAD_INPUT,
                  "query parameter '" + name + "': unknown (expected: limit, after)");
        }
      }
      KeptKeys kept = memory.list(lease, after, most);
      String path = "/v1/models/" + KeyPath.encoded(lease.version().name()) + "/series";
      return ApiJson.ok(
          new Keys(
              lease.version().name(),
              lease.version().version(),
              kept.count(),
              kept.keys().stream().map(key -> key(path, settings, key)).toList(),
              kept.more() && !kept.keys().isEmpty()
                  ? path
                      + "?limit="
                      + most
                      + "&after="
                      + KeyPath.encoded(
                          KeyPath.path(settings, kept.keys().get(kept.keys().size() - 1).key()))
                  : null));
    }
  }

  private static Key key(String path, SeriesSettings settings, KeptKey kept) {
    return new Key(
        KeyPath.parts(settings, kept.key()),
        path + "/" + KeyPath.path(settings, kept.key()),
        settings.clock().words(kept.state().last()),
        kept.state().last(),
        kept.seen().toString());
  }

  HttpResponse detail(ServiceRequestContext context) {
    try (ModelLease lease = lend(context)) {
      return ApiJson.ok(detail(lease, kept(context, lease)));
    }
  }

  /**
   * Forgets a key, once that is noted.
   *
   * @param by who asks, for the audit
   */
  HttpResponse forget(ServiceRequestContext context, String by) {
    try (ModelLease lease = lend(context)) {
      KeptKey kept = kept(context, lease);
      host.note(
          lease.version().name(),
          lease.version().version(),
          "forget_key",
          by,
          "key '" + KeyPath.path(settings(lease), kept.key()) + "'");
      memory.forget(lease, kept.key(), limits.patience());
      return ApiJson.ok(detail(lease, kept));
    }
  }

  private KeptKey kept(ServiceRequestContext context, ModelLease lease) {
    SeriesSettings settings = settings(lease);
    String given = context.path().replaceFirst("^/v1/models/[^/]+/series/", "");
    return memory
        .find(lease, KeyPath.key(settings, given))
        .orElseThrow(
            () ->
                new RefusedException(
                    Refusal.UNKNOWN,
                    "series: '"
                        + given
                        + "' of model '"
                        + lease.version().name()
                        + "': no point of it came, or it was silent for too long (expected: a key"
                        + " that GET /v1/models/NAME/series tells)"));
  }

  private static Detail detail(ModelLease lease, KeptKey kept) {
    SeriesSettings settings = settings(lease);
    return new Detail(
        lease.version().name(),
        lease.version().version(),
        KeyPath.parts(settings, kept.key()),
        kept.state().held(),
        settings.window(),
        settings.clock(),
        settings.clock().words(kept.state().last()),
        kept.state().last(),
        kept.seen().toString(),
        kept.state().smoothed(),
        kept.state().isAlarmed(),
        kept.state().late());
  }

  private ModelLease lend(ServiceRequestContext context) {
    return host.lend(Paths.model(context), OptionalInt.empty());
  }

  private static SeriesSettings settings(ModelLease lease) {
    SeriesSettings settings = lease.manifest().series();
    if (settings == null) {
      throw new RefusedException(
          Refusal.UNKNOWN,
          "model '"
              + lease.version().name()
              + "': judges rows of a table and keeps nothing of them (expected: a model of"
              + " series)");
    }
    return settings;
  }

  private static int limit(String text) {
    try {
      int limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= MOST_KEYS) {
        return limit;
      }
    } catch (NumberFormatException noNumber) {
      // Told below.
    }
    throw new RefusedException(
        Refusal.BAD_INPUT, "limit: '" + text + "' (expected: 1 to " + MOST_KEYS + " keys)");
  }
}
