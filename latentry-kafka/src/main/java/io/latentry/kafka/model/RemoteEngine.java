package io.latentry.kafka.model;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.data.ImageSpec;
import io.latentry.core.data.Samples;
import io.latentry.core.fault.FaultWords;
import io.latentry.core.graph.Output;
import io.latentry.core.graph.Outputs;
import io.latentry.scoring.Scorer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A server of the Open Inference Protocol in place of an engine in this process. Whoever asks waits
 * for the answer, one request a thread, so nothing piles up here: while the server is away, records
 * stay in their topic. Thread-safe.
 *
 * <p>What a server that is busy, starting or away could still answer is asked again, ever more
 * seldom, for as long as it takes. What it refuses, and what is no answer, ends the asking.
 */
public final class RemoteEngine implements Scorer.Elsewhere {
  private static final Duration TO_CONNECT = Duration.ofSeconds(2);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  /** Whoever starts a job is to hear that it cannot begin. */
  private static final Duration TO_BEGIN = Duration.ofSeconds(10);

  /** Of a request that is under way when a job ends: its verdicts may still be committed. */
  private static final Duration TO_END = Duration.ofSeconds(5);

  private static final Set<Integer> LATER = Set.of(408, 429, 502, 503, 504);
  private static final int TOO_LARGE = 413;
  private static final int MOST_LETTERS = 500;

  private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7e]+");

  private final URI model;
  private final Duration timeout;
  private final Optional<String> apiKey;
  private final Consumer<String> told;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(TO_CONNECT)
          .build();
  private final CompletableFuture<Void> ending = new CompletableFuture<>();
  private volatile boolean begun;
  private final AtomicLong retries = new AtomicLong();
  private final AtomicInteger waiting = new AtomicInteger();

  /** Which version answered first, since another is another model. */
  private final AtomicReference<@Nullable String> version = new AtomicReference<>();

  /**
   * Asks nothing yet.
   *
   * @param model such as {@code http://localhost:8080/v2/models/NAME/versions/3}
   * @param timeout of one request, until its answer is there as a whole
   * @param apiKey sent as a bearer token, if there is one
   * @param told hears in a sentence when the server is away, and when it is back, on any thread
   * @throws IllegalArgumentException if the address is none of a model, or no header can hold the
   *     key; neither is told
   */
  public RemoteEngine(URI model, Duration timeout, Optional<String> apiKey, Consumer<String> told) {
    boolean web = "http".equals(model.getScheme()) || "https".equals(model.getScheme());
    if (!web || model.getHost() == null || model.getUserInfo() != null) {
      throw new IllegalArgumentException(
          "remote: not an address of a model (expected: such as"
              + " http://localhost:8080/v2/models/NAME/versions/3, without a user)");
    }
    String path = model.getPath() == null ? "" : model.getPath();
    if (model.getRawQuery() != null || model.getRawFragment() != null) {
      // It may hold a token.
      throw new IllegalArgumentException(
          "remote: an address with ? or # (expected: .../v2/models/NAME or .../NAME/versions/V)");
    }
    if (!path.matches(".*/v2/models/[^/]+(/versions/[^/]+)?/?")) {
      throw new IllegalArgumentException(
          "remote: '" + model + "' (expected: .../v2/models/NAME or .../NAME/versions/V)");
    }
    if (apiKey.isPresent() && !VISIBLE.matcher(apiKey.get()).matches()) {
      throw new IllegalArgumentException(
          "remote: its key has a blank, or what is no ASCII (expected: letters, digits and signs)");
    }
    this.model = URI.create(model.toString().replaceFirst("/+$", "") + "/infer");
    this.timeout = timeout;
    this.apiKey = apiKey;
    this.told = told;
  }

  @Override
  public Outputs compute(Samples samples, Set<Output> wanted) {
    if (samples.count() == 0) {
      return InferenceBody.nothing(wanted);
    }
    if (samples.spec() instanceof ImageSpec) {
      throw new ArtifactException(
          "a model of images (expected: one of rows, or of series); records hold no image");
    }
    EnumSet<Output> asked = EnumSet.copyOf(wanted);
    HttpResponse<byte[]> answer = answered(InferenceBody.of(samples, asked));
    if (answer.statusCode() == TOO_LARGE && samples.count() > 1) {
      int half = samples.count() / 2;
      return Outputs.concat(
          List.of(
              compute(select(samples, half, i -> i), asked),
              compute(select(samples, samples.count() - half, i -> i + half), asked)));
    }
    if (answer.statusCode() != 200) {
      throw new IllegalStateException(
          "remote: %s answers %d: %s (expected: an inference); check --remote and its key"
              .formatted(model, answer.statusCode(), beginning(answer.body())));
    }
    InferenceBody.Answer read;
    try {
      read = InferenceBody.read(answer, samples.count(), asked);
    } catch (IOException | IllegalArgumentException e) {
      throw new IllegalStateException("remote: %s: %s".formatted(model, e.getMessage()), e);
    }
    requireSameVersion(read.version());
    return read.outputs();
  }

  private static Samples select(Samples samples, int count, IntUnaryOperator place) {
    int[] indices = new int[count];
    Arrays.setAll(indices, place);
    return samples.select(indices);
  }

  private static String beginning(byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8);
    return text.length() > MOST_LETTERS ? text.substring(0, MOST_LETTERS) : text;
  }

  private void requireSameVersion(String now) {
    version.compareAndSet(null, now);
    String first = version.get();
    if (!now.equals(first)) {
      throw new IllegalStateException(
          "remote: version %s answers (expected: %s, as when the job began); put the file of the new one at --model and start again, or name a version in --remote"
              .formatted(now, first));
    }
  }

  /** Asks until the server answers for good. */
  private HttpResponse<byte[]> answered(InferenceBody body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(model)
            .header("content-type", "application/octet-stream")
            .header(InferenceBody.HEADER_LENGTH, String.valueOf(body.headerLength()))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body.bytes()));
    apiKey.ifPresent(key -> request.header("authorization", "Bearer " + key));
    HttpRequest asked = request.build();
    boolean away = false;
    long start = System.nanoTime();
    try {
      for (Duration pause = FIRST_PAUSE; ; pause = longer(pause)) {
        String reason;
        try {
          HttpResponse<byte[]> answer = answer(asked);
          if (!LATER.contains(answer.statusCode())) {
            if (away) {
              told.accept("remote: " + model + " answers again");
            }
            return answer;
          }
          reason = "status " + answer.statusCode();
        } catch (IOException e) {
          reason = FaultWords.of(e);
        }
        if (!away) {
          away = true;
          int unused = waiting.incrementAndGet();
          told.accept(
              "remote: %s gives no answer: %s; records wait until it does"
                  .formatted(model, reason));
        }
        long unused = retries.incrementAndGet();
        boolean late = !begun && System.nanoTime() - start > TO_BEGIN.toNanos();
        if (late || endsWithin(pause)) {
          throw new IllegalStateException(
              "remote: %s gives no answer: %s (expected: one); started again, a job goes on where it was"
                  .formatted(model, reason));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("remote: interrupted while it waited for " + model, e);
    } finally {
      if (away) {
        int unused = waiting.decrementAndGet();
      }
    }
  }

  /** The answer as a whole: a server may also fall silent in the middle of it. */
  private HttpResponse<byte[]> answer(HttpRequest asked) throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<byte[]>> answer =
        http.sendAsync(asked, head -> new BoundedBody());
    try {
      Object unused =
          CompletableFuture.anyOf(answer, ending).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      Duration left = timeout.compareTo(TO_END) < 0 ? timeout : TO_END;
      return answer.get(left.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new HttpTimeoutException("no answer in time");
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof IOException away) {
        throw away;
      }
      throw new IllegalStateException(
          "remote: %s: %s".formatted(model, FaultWords.of(cause == null ? e : cause)), e);
    } finally {
      boolean unused = answer.cancel(true);
    }
  }

  private boolean endsWithin(Duration pause) throws InterruptedException {
    try {
      Object unused = ending.get(pause.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException never) {
      throw new IllegalStateException(never);
    }
  }

  private static Duration longer(Duration pause) {
    Duration twice = pause.multipliedBy(2);
    return twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
  }

  /** From now on it is waited for as long as it takes; until then for some seconds. */
  void begin() {
    begun = true;
  }

  /** Requests that were sent again. */
  public long retries() {
    return retries.get();
  }

  /** Threads that wait for a server that is away. */
  public int waiting() {
    return waiting.get();
  }

  /**
   * Whoever waits for a server that is away, now or later, waits no longer; a request that is under
   * way has some seconds.
   */
  public void stopWaiting() {
    boolean unused = ending.complete(null);
  }
}
