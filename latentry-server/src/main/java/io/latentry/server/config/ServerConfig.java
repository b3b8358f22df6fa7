package io.latentry.server.config;

import io.latentry.core.monitoring.BrokenPromise;
import io.latentry.server.registry.StoreAddress;
import io.latentry.server.series.SeriesMemory;
import io.latentry.server.serving.ServingConfig;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All that a service can be told. The defaults are those of {@link #DEFAULT}; {@link
 * ServerConfigReader} puts file, environment and flags over them.
 *
 * @param models folder of models: every {@code NAME.onnx} in it is model {@code NAME}
 * @param host name or address to listen on
 * @param port 0 for any that is free
 * @param reloadMillis how often the folder of models is looked at
 * @param drainMillis how long a version that is unloaded or replaced answers the requests that have
 *     it already; a table that takes longer is broken off
 */
public record ServerConfig(
    Path models,
    Store store,
    String host,
    int port,
    int reloadMillis,
    int drainMillis,
    Tls tls,
    Access access,
    Trust trust,
    RequestLimits limits,
    Batching batching,
    Series series,
    Page page,
    Recording recording,
    Retraining retraining,
    Watching watch,
    Log log,
    Shutdown shutdown) {

  private static final ServingConfig SERVING = ServingConfig.defaults();

  public static final ServerConfig DEFAULT =
      new ServerConfig(
          Path.of("models"),
          new Store(null, null, null, null),
          "127.0.0.1",
          8080,
          (int) SERVING.poll().toMillis(),
          (int) SERVING.drainLimit().toMillis(),
          new Tls(null, null, null, KeyRole.SCORE),
          new Access(null, false, false, List.of()),
          new Trust(null),
          new RequestLimits(
              32 << 20,
              512 << 20,
              null,
              50_000_000,
              16,
              1_024,
              100,
              2L << 30,
              10_000,
              30_000,
              60_000,
              60_000,
              (int) SERVING.openLimit().toMillis(),
              SERVING.engines()),
          new Batching(
              SERVING.workers(),
              SERVING.smallRows(),
              SERVING.mostBatchRows(),
              SERVING.mostQueuedRows()),
          new Series(
              SeriesMemory.Limits.USUAL.keys(),
              SeriesMemory.Limits.USUAL.bytes(),
              SeriesMemory.Limits.USUAL.age().toMillis(),
              (int) SeriesMemory.Limits.USUAL.savedEvery().toMillis()),
          new Page(100),
          new Recording(
              RecordingMode.COUNTS,
              10_000,
              35,
              new RecordedRows(1, 1_000, 30, 10L << 30, List.of(), List.of())),
          new Retraining(
              RetrainingMode.OFF,
              null,
              0,
              false,
              0,
              0,
              30,
              List.of(),
              1_000,
              0,
              1_000,
              60,
              2_048,
              0,
              24,
              365,
              null),
          new Watching(null, null, List.of(), List.of(), List.of()),
          new Log(LogFormat.AUTO, LogLevel.INFO),
          new Shutdown(0, 20_000));

  private static final String MASK = "***";

  public ServerConfig {
    require(!host.isBlank(), "host", host, "a name or an address");
    atLeast("port", port, 0);
    require(port <= 65_535, "port", port, "0 to 65535");
    atLeast("reload_millis", reloadMillis, 100);
    atLeast("drain_millis", drainMillis, 0);
    @Nullable Integer rowsPerBatch = limits.rowsPerBatch();
    // More are never answered, since all rows of a request wait together.
    require(
        rowsPerBatch == null || rowsPerBatch <= batching.queueRows(),
        "limits.rows_per_batch",
        rowsPerBatch,
        "at most batching.queue_rows, " + batching.queueRows());
    require(
        retraining.mode() == RetrainingMode.OFF || recording.keep() == RecordingMode.ROWS,
        "recording.keep",
        recording.keep().name().toLowerCase(Locale.ROOT),
        "rows, since retraining.mode is not off");
    require(
        retraining.onBrokenPromiseHours() <= recording.days() * 24,
        "retraining.on_broken_promise_hours",
        retraining.onBrokenPromiseHours(),
        "at most those of recording.days, " + recording.days() * 24);
    require(
        retraining.mode() == RetrainingMode.OFF
            || trust.keys() == null
            || retraining.signWith() != null,
        "retraining.sign_with",
        "none",
        "a private key of trust.keys, since a challenger must be signed too");
  }

  /**
   * Where the registry is kept.
   *
   * @param folder for artifacts, and for the database unless {@code url} names one; null for one in
   *     the folder of models, which must be writable then
   * @param url JDBC URL of its database; null for a file in {@code folder}
   * @param password never printed, and not taken from a flag, which every user of the machine sees
   */
  public record Store(
      @Nullable Path folder,
      @Nullable String url,
      @Nullable String user,
      @Nullable String password) {
    public Store {
      require(
          url == null || url.startsWith("jdbc:sqlite:") || url.startsWith("jdbc:postgresql:"),
          "url",
          "'" + withoutPassword(url == null ? "" : url) + "'",
          "jdbc:sqlite:FILE or jdbc:postgresql://HOST/DATABASE");
    }

    /** A store as it may be shown. */
    Store masked() {
      return new Store(
          folder, url == null ? null : withoutPassword(url), user, password == null ? null : MASK);
    }

    @Override
    public String toString() {
      return url != null
          ? withoutPassword(url)
          : folder != null ? folder.toString() : "in the folder of models";
    }
  }

  /**
   * Encryption of what goes over the port; without a certificate it is plain.
   *
   * @param certificate PEM file: the server's certificate, then those that vouch for it
   * @param key PEM file: its private key, PKCS#8, without a password
   * @param clientCa PEM file: who may vouch for clients; then a client without such a certificate
   *     is not let in
   * @param clientRole what a client with a certificate may do where no API keys are in use
   */
  public record Tls(
      @Nullable Path certificate, @Nullable Path key, @Nullable Path clientCa, KeyRole clientRole) {
    public Tls {
      require(
          (certificate == null) == (key == null),
          certificate == null ? "certificate" : "key",
          "missing",
          "certificate and key together");
      require(
          clientCa == null || certificate != null,
          "client_ca",
          clientCa,
          "a certificate and a key of the server beside it");
    }

    public boolean on() {
      return certificate != null;
    }

    public boolean mutual() {
      return clientCa != null;
    }
  }

  /**
   * Who is let in.
   *
   * @param apiKeys file of keys, as {@code latentry keys} writes it; null for none
   * @param allowUnauthenticated lets everybody in who reaches a port beyond this machine
   * @param allowPlaintext lets keys and rows go unencrypted over a port beyond this machine
   * @param corsOrigins pages of other origins that browsers may let call, such as {@code
   *     https://app.example}; none by default
   */
  public record Access(
      @Nullable Path apiKeys,
      boolean allowUnauthenticated,
      boolean allowPlaintext,
      List<String> corsOrigins) {
    public Access {
      corsOrigins = List.copyOf(corsOrigins);
      for (String origin : corsOrigins) {
        require(
            isOrigin(origin), "cors_origins", "'" + origin + "'", "such as https://app.example");
      }
    }

    private static boolean isOrigin(String text) {
      try {
        URI uri = new URI(text);
        return uri.getHost() != null
            && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
            && text.equals(uri.getScheme() + "://" + uri.getRawAuthority());
      } catch (URISyntaxException e) {
        return false;
      }
    }
  }

  /**
   * Whose models are served.
   *
   * @param keys PEM file of public keys of Ed25519; a model that none of them signed counts as one
   *     that cannot be used. Null for whosever
   */
  public record Trust(@Nullable Path keys) {}

  /**
   * How much one request, or one connection, may ask for.
   *
   * @param requestBytes of a body, after it is unpacked
   * @param artifactBytes of a model that is sent to be added
   * @param rowsPerBatch of one request that is answered as a whole; null for as many as may wait
   * @param imagePixels of an image, by its head, before it is decoded
   * @param jsonDepth of objects and arrays in one another
   * @param connections at one time; a further one is closed at once
   * @param streams tables and artifacts that are under way at one time; a further one is refused as
   *     busy
   * @param spoolBytes of all answers together that wait on the disk for callers who do not read
   *     before they have sent everything; 0 has them wait for each other until one gives up
   * @param headerTimeoutMillis from the start of a connection to the end of its first headers
   * @param bodyTimeoutMillis from the end of the headers to the end of the body
   * @param requestTimeoutMillis from the headers to the end of the answer; of a table, from one row
   *     to the next
   * @param idleTimeoutMillis of a connection without a request
   * @param openTimeoutMillis for an artifact to be opened and proven; then it counts as none
   * @param engines versions that keep an engine in memory, but for those at work; one that was
   *     asked the longest ago loads it again when it is asked
   */
  public record RequestLimits(
      long requestBytes,
      long artifactBytes,
      @Nullable Integer rowsPerBatch,
      int imagePixels,
      int jsonDepth,
      int connections,
      int streams,
      long spoolBytes,
      int headerTimeoutMillis,
      int bodyTimeoutMillis,
      int requestTimeoutMillis,
      int idleTimeoutMillis,
      int openTimeoutMillis,
      int engines) {
    public RequestLimits {
      atLeast("request_bytes", requestBytes, 1_024);
      require(requestBytes < 1L << 31, "request_bytes", requestBytes, "less than 2 GiB");
      atLeast("artifact_bytes", artifactBytes, 1_024);
      if (rowsPerBatch != null) {
        atLeast("rows_per_batch", rowsPerBatch, 1);
      }
      atLeast("image_pixels", imagePixels, 1);
      atLeast("json_depth", jsonDepth, 4);
      atLeast("connections", connections, 1);
      atLeast("streams", streams, 1);
      atLeast("spool_bytes", spoolBytes, 0);
      atLeast("header_timeout_millis", headerTimeoutMillis, 100);
      atLeast("body_timeout_millis", bodyTimeoutMillis, 100);
      atLeast("request_timeout_millis", requestTimeoutMillis, 100);
      atLeast("idle_timeout_millis", idleTimeoutMillis, 1_000);
      atLeast("open_timeout_millis", openTimeoutMillis, 100);
      atLeast("engines", engines, 1);
    }
  }

  /**
   * How rows of concurrent requests share runs of the engine.
   *
   * @param workers runs at one time
   * @param smallRows requests of at most so many rows share runs
   * @param maxRows of one run
   * @param queueRows that may wait; a request beyond them is refused as busy
   */
  public record Batching(int workers, int smallRows, int maxRows, int queueRows) {
    public Batching {
      atLeast("workers", workers, 1);
      atLeast("small_rows", smallRows, 1);
      atLeast("max_rows", maxRows, smallRows);
      atLeast("queue_rows", queueRows, maxRows);
    }
  }

  /**
   * What is kept of the keys of a model of series, for each version by itself.
   *
   * @param keys beyond so many, those whose last point came the longest ago are forgotten
   * @param bytes of what is kept of them, likewise
   * @param ageMillis since its last point came, after which a key is forgotten
   * @param saveMillis between two times that all of it is written to the store's folder
   */
  public record Series(int keys, long bytes, long ageMillis, int saveMillis) {
    public Series {
      atLeast("keys", keys, 1);
      atLeast("bytes", bytes, 1L << 20);
      atLeast("age_millis", ageMillis, 1_000);
      atLeast("save_millis", saveMillis, 100);
    }
  }

  /**
   * What the page shows.
   *
   * @param recentAnomalies that are kept in memory with the values that made them strange, for
   *     whoever may have rows judged to see; 0 keeps none
   */
  public record Page(int recentAnomalies) {
    private static final int MOST = 10_000;

    public Page {
      require(
          recentAnomalies >= 0 && recentAnomalies <= MOST,
          "recent_anomalies",
          recentAnomalies,
          "0 to " + MOST + ", 0 to keep none");
    }
  }

  /**
   * What is recorded of the verdicts: counts in the registry's database, scores and rows in the
   * store's folder.
   *
   * @param flushMillis between two times that it is written; what came since is lost when the
   *     process is killed
   * @param days that counts are kept
   */
  public record Recording(RecordingMode keep, int flushMillis, int days, RecordedRows rows) {
    private static final int MOST_DAYS = 3_660;

    public Recording {
      atLeast("flush_millis", flushMillis, 100);
      require(days >= 1 && days <= MOST_DAYS, "days", days, "1 to " + MOST_DAYS);
    }

    /** Whether single verdicts are recorded, with their rows or without. */
    public boolean ofRows() {
      return keep == RecordingMode.SCORES || keep == RecordingMode.ROWS;
    }
  }

  /**
   * How scores and rows are recorded.
   *
   * @param share of the rows judged that is written, chosen by chance
   * @param mostPerSecond rows, about, of which a lesser share is written where more come; 0 for any
   *     number
   * @param days that they are kept
   * @param bytes of all files, beyond which the oldest are deleted
   * @param leaveOut columns that are not written, of whatever model
   * @param hash columns of which only a pseudonym is written
   */
  public record RecordedRows(
      double share,
      int mostPerSecond,
      int days,
      long bytes,
      List<String> leaveOut,
      List<String> hash) {
    public RecordedRows {
      leaveOut = List.copyOf(leaveOut);
      hash = List.copyOf(hash);
      require(share > 0 && share <= 1, "share", share, "above 0, at most 1");
      atLeast("most_per_second", mostPerSecond, 0);
      require(
          days >= 1 && days <= Recording.MOST_DAYS, "days", days, "1 to " + Recording.MOST_DAYS);
      atLeast("bytes", bytes, 1L << 20);
    }
  }

  /**
   * When models are retrained, of the rows that are recorded.
   *
   * @param mode whether, and what becomes of a challenger that passed
   * @param cron when, in UTC, as {@code 0 3 * * 0}; null for never
   * @param onAgeDays days since a champion came, or was last retrained; 0 for never
   * @param onDrift when drift or a surge of a champion pages, at most once a day
   * @param onBrokenPromiseHours hours in which a champion had more alarms than promised, at most
   *     once a day; 0 for never
   * @param onRows rows that a champion judged since it came, or was last retrained, at most once a
   *     day; 0 for never
   * @param days of rows that are learned from
   * @param accept what {@code latentry retrain --accept} takes: changes that are meant
   * @param shadowRows that a challenger judges beside the champion first; 0 for none
   * @param canaryPercent of the requests that it answers next, with mode {@code auto}; 0 for none
   * @param canaryRows that both judge meanwhile
   * @param timeoutMinutes after which a retraining is ended
   * @param heapMegabytes of memory for its Java objects
   * @param cores that it keeps busy at most; 0 for as many as there are
   * @param rollbackHours after a promotion, how long alarms, rows that cannot be judged or latency
   *     out of bounds take it back; 0 for never
   * @param keptDays how long runs and their files are kept
   * @param signWith private key that challengers are signed with; null if models need not be
   */
  public record Retraining(
      RetrainingMode mode,
      @Nullable String cron,
      int onAgeDays,
      boolean onDrift,
      int onBrokenPromiseHours,
      long onRows,
      int days,
      List<String> accept,
      int shadowRows,
      int canaryPercent,
      int canaryRows,
      int timeoutMinutes,
      int heapMegabytes,
      int cores,
      int rollbackHours,
      int keptDays,
      @Nullable Path signWith) {
    private static final int MOST_MINUTES = 24 * 60;
    private static final int MOST_PROMISE_HOURS = 7 * 24;
    private static final int MOST_CANARY = 50;

    public Retraining {
      accept = List.copyOf(accept);
      if (cron != null) {
        try {
          RetrainingTriggers.requireCron(cron);
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException(
              "cron: '"
                  + cron
                  + "' (expected: minute, hour, day of the month, month, day of the week, such as"
                  + " 0 3 * * 0): "
                  + e.getMessage(),
              e);
        }
      }
      atLeast("on_age_days", onAgeDays, 0);
      require(
          onBrokenPromiseHours == 0
              || (onBrokenPromiseHours >= BrokenPromise.FEWEST_HOURS
                  && onBrokenPromiseHours <= MOST_PROMISE_HOURS),
          "on_broken_promise_hours",
          onBrokenPromiseHours,
          "%d to %d, or 0 for never; fewer hours say nothing"
              .formatted(BrokenPromise.FEWEST_HOURS, MOST_PROMISE_HOURS));
      atLeast("on_rows", onRows, 0);
      require(
          days >= 1 && days <= Recording.MOST_DAYS, "days", days, "1 to " + Recording.MOST_DAYS);
      atLeast("shadow_rows", shadowRows, 0);
      require(
          canaryPercent >= 0 && canaryPercent <= MOST_CANARY,
          "canary_percent",
          canaryPercent,
          "0 to " + MOST_CANARY);
      require(
          canaryPercent == 0 || mode == RetrainingMode.AUTO,
          "canary_percent",
          canaryPercent,
          "0 unless mode is auto: with approve nobody hears a challenger before somebody's word");
      atLeast("canary_rows", canaryRows, 1);
      require(
          timeoutMinutes >= 1 && timeoutMinutes <= MOST_MINUTES,
          "timeout_minutes",
          timeoutMinutes,
          "1 to " + MOST_MINUTES);
      atLeast("heap_megabytes", heapMegabytes, 256);
      atLeast("cores", cores, 0);
      atLeast("rollback_hours", rollbackHours, 0);
      atLeast("kept_days", keptDays, 1);
    }
  }

  /**
   * What is made of what was recorded.
   *
   * @param destinations file that says who is told; null if nobody is
   * @param maintenance file of windows of maintenance; null for none but those that are set
   * @param sla how fast requests are to be answered, such as {@code p99 5ms over 5m}
   * @param adaptive what is done about thresholds while alarms surge, such as {@code pump: apply}
   * @param segments columns whose values are the segments that are watched, such as {@code pump:
   *     site}
   */
  public record Watching(
      @Nullable Path destinations,
      @Nullable Path maintenance,
      List<String> sla,
      List<String> adaptive,
      List<String> segments) {
    public Watching {
      sla = List.copyOf(sla);
      adaptive = List.copyOf(adaptive);
      segments = List.copyOf(segments);
      List<LatencySla> unused = sla.stream().map(LatencySla::of).toList();
      List<AdaptiveRule> unusedToo = adaptive.stream().map(AdaptiveRule::of).toList();
      List<SegmentRule> unusedAsWell = SegmentRule.of(segments);
    }

    public List<SegmentRule> segmentRules() {
      return SegmentRule.of(segments);
    }

    public List<AdaptiveRule> adaptiveRules() {
      return adaptive.stream().map(AdaptiveRule::of).toList();
    }

    public List<LatencySla> agreed() {
      return sla.stream().map(LatencySla::of).toList();
    }
  }

  /** What is written to standard error. */
  public record Log(LogFormat format, LogLevel level) {}

  /**
   * How the service ends.
   *
   * @param noticeMillis how long it says that it is not ready, and answers still, so that whoever
   *     distributes requests hears of it
   * @param graceMillis how long it waits for requests under way after that
   */
  public record Shutdown(int noticeMillis, int graceMillis) {
    public Shutdown {
      atLeast("notice_millis", noticeMillis, 0);
      atLeast("grace_millis", graceMillis, 0);
    }
  }

  /** What of this the models are kept and asked by, but for {@link Trust}, which is a file. */
  public ServingConfig serving() {
    return new ServingConfig(
        Duration.ofMillis(reloadMillis),
        Duration.ofMillis(drainMillis),
        Duration.ofMillis(limits.openTimeoutMillis()),
        Optional.empty(),
        limits.engines(),
        batching.workers(),
        batching.smallRows(),
        batching.maxRows(),
        batching.queueRows());
  }

  /** How much is kept of keys. */
  public SeriesMemory.Limits seriesLimits() {
    return new SeriesMemory.Limits(
        series.keys(),
        series.bytes(),
        Duration.ofMillis(series.ageMillis()),
        Duration.ofMillis(series.saveMillis()));
  }

  /** The most rows of one request that is answered as a whole. */
  public int rowsPerBatch() {
    @Nullable Integer rows = limits.rowsPerBatch();
    return rows == null ? batching.queueRows() : rows;
  }

  /** Where artifacts are kept. */
  public Path storeFolder() {
    Path folder = store.folder();
    return folder == null ? StoreAddress.folderIn(models) : folder;
  }

  /** Where scores and rows are recorded, which {@link RecordedRows} is about. */
  public Path recordedFolder() {
    return storeFolder().resolve("recorded");
  }

  /** As {@link Retraining} has it. */
  public RetrainingRules retrainingRules() {
    return new RetrainingRules(
        retraining.mode() != RetrainingMode.OFF,
        retraining.mode() == RetrainingMode.AUTO,
        new RetrainingTriggers(
            Optional.ofNullable(retraining.cron()),
            retraining.onAgeDays(),
            retraining.onDrift(),
            retraining.onBrokenPromiseHours(),
            retraining.onRows()),
        retraining.days(),
        retraining.accept(),
        retraining.shadowRows(),
        retraining.canaryPercent(),
        retraining.canaryRows(),
        Duration.ofMinutes(retraining.timeoutMinutes()),
        retraining.heapMegabytes(),
        retraining.cores(),
        Duration.ofHours(retraining.rollbackHours()),
        Duration.ofDays(retraining.keptDays()),
        Optional.ofNullable(retraining.signWith()));
  }

  /** Where the registry is. */
  public StoreAddress storeAddress() {
    String url = store.url();
    return url == null
        ? StoreAddress.sqlite(storeFolder())
        : new StoreAddress(
            url, Optional.ofNullable(store.user()), Optional.ofNullable(store.password()));
  }

  /** A JDBC URL as it may be shown. */
  private static String withoutPassword(String url) {
    return url.replaceAll("(?i)(password|passwd|pwd)=[^&;]*", "$1=" + MASK)
        .replaceAll("//([^:/@]*):[^@/]*@", "//$1:" + MASK + "@");
  }

  private static void atLeast(String name, long value, long least) {
    require(value >= least, name, value, least + " or more");
  }

  private static void require(boolean holds, String name, @Nullable Object value, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: " + rule + ")");
    }
  }
}
