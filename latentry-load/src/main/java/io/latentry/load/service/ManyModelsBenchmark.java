package io.latentry.load.service;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * A service of very many models: how soon it listens and is ready, with a store that is new and
 * with one that knows them all, what it takes of the processor until then, and of memory, before
 * and after each was asked.
 */
public final class ManyModelsBenchmark {
  private static final int POLL_MILLIS = 50;
  private static final int OK = 200;
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(10);

  /**
   * What to run.
   *
   * @param launcher the program, {@code ./latentry}
   * @param artifact that every model is a copy of, told apart by a remark in the file
   * @param row a request of one row, for {@code /v1}
   */
  public record Request(Path launcher, Path artifact, String row, int models) {}

  private ManyModelsBenchmark() {}

  /** Prints a line for each start. */
  public static void run(Request request, Path folder, PrintStream out) throws IOException {
    byte[] good = Files.readAllBytes(request.artifact());
    Path models = Files.createDirectory(folder.resolve("models"));
    for (int i = 0; i < request.models(); i++) {
      Path unused =
          Files.write(models.resolve(name(i) + ".onnx"), remarked(good, String.valueOf(i)));
    }
    out.printf(
        Locale.ROOT,
        "%d models of %.2f MB; resident MB when it listens, when ready, after each was asked%n"
            + "start   listens s  ready s  processor s    MB listening  MB ready  asked s  failed  MB asked%n",
        request.models(),
        good.length / 1e6);
    start("first", request, models, folder, out);
    start("second", request, models, folder, out);
  }

  private static void start(
      String which, Request request, Path models, Path folder, PrintStream out) throws IOException {
    long begun = System.nanoTime();
    try (ServiceProcess service =
        ServiceProcess.start(request.launcher(), models, folder.resolve(which + ".json"))) {
      double listens = seconds(begun);
      long listening = service.residentBytes();
      URI url = URI.create(service.url());
      HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
      HttpRequest.Builder isReady = HttpRequest.newBuilder(url.resolve("/v2/health/ready"));
      while (answer(client, isReady).statusCode() != OK) {
        pause(begun);
      }
      double ready = seconds(begun);
      double work = service.processorSeconds();
      long readyBytes = service.residentBytes();
      long asking = System.nanoTime();
      int failed = 0;
      for (int i = 0; i < request.models(); i++) {
        HttpResponse<String> answer =
            answer(
                client,
                HttpRequest.newBuilder(url.resolve("/v1/models/" + name(i) + "/score"))
                    .header("content-type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(request.row())));
        if (answer.statusCode() != OK && failed++ == 0) {
          out.println(name(i) + ": " + answer.statusCode() + ", " + answer.body());
        }
      }
      out.printf(
          Locale.ROOT,
          "%-6s  %9.1f  %7.1f  %11.1f  %14d  %8d  %7.1f  %6d  %8d%n",
          which,
          listens,
          ready,
          work,
          listening >> 20,
          readyBytes >> 20,
          seconds(asking),
          failed,
          service.residentBytes() >> 20);
      out.flush();
    }
  }

  private static String name(int number) {
    return String.format(Locale.ROOT, "m%04d", number);
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }

  private static HttpResponse<String> answer(HttpClient client, HttpRequest.Builder request)
      throws IOException {
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the service was asked", e);
    }
  }

  private static void pause(long begun) {
    if (System.nanoTime() - begun > PATIENCE_NANOS) {
      throw new IllegalStateException("service: not ready (expected: within 10 minutes)");
    }
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the service got ready", e);
    }
  }

  /**
   * The same model in another file: the remark stands in it as one of its texts.
   *
   * @param remark of at most 100 letters of ASCII
   */
  static byte[] remarked(byte[] good, String remark) {
    // Of metadata_props an entry: its key, of 3 bytes, and its value.
    String value = "\u0012" + (char) remark.length() + remark;
    String entry = "r" + (char) (5 + value.length()) + "\n\u0003tag" + value;
    byte[] bytes = entry.getBytes(StandardCharsets.US_ASCII);
    byte[] other = Arrays.copyOf(good, good.length + bytes.length);
    System.arraycopy(bytes, 0, other, good.length, bytes.length);
    return other;
  }
}
