package io.latentry.load.service;

import io.latentry.core.data.Rows;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A long run: every door under load, while a model is replaced again and again and tables stream
 * through. What is looked for is memory that grows. The service is a process of its own.
 */
public final class SoakBenchmark {
  private static final int CONNECTIONS = 16;
  private static final int BATCH = 100;
  private static final int SEED = 1;
  private static final int SECONDS_A_MINUTE = 60;
  private static final int RELOAD_MILLIS = 3_000;

  /** Files that take turns; each that comes back is a version that is known already. */
  private static final int FILES = 4;

  /** What is warming up before it is no growth. */
  private static final int WARM_UP_MINUTES = 10;

  private static final Pattern MEMORY =
      Pattern.compile(
          "(?m)^jvm_memory_(used|committed)_bytes\\{area=\"(heap|nonheap)\"[^}]*} ([0-9.E+]+)$");

  /**
   * What to run.
   *
   * @param launcher the program, {@code ./latentry}
   * @param models folder that holds {@code model.onnx}
   * @param rows to ask about
   * @param table CSV with such rows, to stream
   * @param rate requests a second, each with one row or {@value #BATCH}; 0 for as many as are
   *     answered, {@value #CONNECTIONS} at a time
   */
  public record Request(
      Path launcher, Path models, String model, Rows rows, Path table, int minutes, int rate) {}

  /** What the service says of its memory, in bytes. */
  private record JavaMemory(long heapInUse, long heapTaken, long other) {
    static final JavaMemory UNKNOWN = new JavaMemory(0, 0, 0);
  }

  private final Request request;
  private final ServiceProcess service;
  private final PrintStream out;
  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicLong reloads = new AtomicLong();
  private final AtomicLong streamed = new AtomicLong();
  private final AtomicLong broken = new AtomicLong();

  private SoakBenchmark(Request request, ServiceProcess service, PrintStream out) {
    this.request = request;
    this.service = service;
    this.out = out;
  }

  /** Prints a line each minute, and how much memory grew after the first ten. */
  public static void run(Request request, Path folder, PrintStream out) throws IOException {
    try (ServiceProcess service =
        ServiceProcess.start(request.launcher(), request.models(), folder.resolve("serve.json"))) {
      new SoakBenchmark(request, service, out).run();
    }
  }

  private void run() {
    URI url = URI.create(service.url());
    List<Thread> beside =
        List.of(
            new Thread(this::reload, "soak-reloads"),
            new Thread(() -> stream(url), "soak-streams"));
    beside.forEach(Thread::start);
    List<Long> resident = new ArrayList<>();
    out.println(
        "minute  answered  errors  reloads  streamed rows  broken streams  resident MB"
            + "  heap in use MB  heap taken MB  other Java MB  native MB");
    try (LoadClient client = new LoadClient(new InetSocketAddress(url.getHost(), url.getPort()))) {
      Workload workload = Workload.ofTable(request.model(), request.rows());
      List<LoadDoor> doors = new ArrayList<>();
      for (int rows : new int[] {1, BATCH}) {
        doors.addAll(workload.doors(client, rows));
      }
      for (int minute = 1; minute <= request.minutes(); minute++) {
        long answered = 0;
        long errors = 0;
        for (LoadDoor door : doors) {
          LoadPoint point = load(client, door, (double) SECONDS_A_MINUTE / doors.size());
          answered += point.answered();
          errors += point.errors().values().stream().mapToLong(Long::longValue).sum();
        }
        resident.add(service.residentBytes());
        say(minute, answered, errors, resident.get(minute - 1), javaMemory(url));
      }
    } finally {
      over.set(true);
      beside.forEach(SoakBenchmark::join);
    }
    growth(resident);
  }

  private LoadPoint load(LoadClient client, LoadDoor door, double seconds) {
    return request.rate() == 0
        ? LoadPoint.closedLoop(client, door, CONNECTIONS, seconds)
        : LoadPoint.openLoop(client, door, request.rate(), seconds, SEED);
  }

  private void say(int minute, long answered, long errors, long resident, JavaMemory java) {
    out.printf(
        Locale.ROOT,
        "%6d  %8d  %6d  %7d  %13d  %14d  %11d  %14d  %13d  %13d  %9d%n",
        minute,
        answered,
        errors,
        reloads.get(),
        streamed.get(),
        broken.get(),
        resident >> 20,
        java.heapInUse() >> 20,
        java.heapTaken() >> 20,
        java.other() >> 20,
        (resident - java.heapTaken() - java.other()) >> 20);
    out.flush();
  }

  private void growth(List<Long> resident) {
    if (resident.size() <= WARM_UP_MINUTES) {
      out.println("resident memory: no word on growth before minute " + (WARM_UP_MINUTES + 1));
      return;
    }
    long before = resident.get(WARM_UP_MINUTES - 1);
    long most = resident.stream().skip(WARM_UP_MINUTES).mapToLong(Long::longValue).max().orElse(0);
    out.printf(
        Locale.ROOT,
        "resident memory after minute %d: at most %+.1f %% of what it was then%n",
        WARM_UP_MINUTES,
        100.0 * (most - before) / before);
  }

  /** A model beside the one that is asked, whose file is replaced every few seconds. */
  private void reload() {
    try {
      byte[] good = Files.readAllBytes(request.models().resolve(request.model() + ".onnx"));
      Path target = request.models().resolve("replaced.onnx");
      for (int i = 0; !over.get(); i++) {
        Path aside = request.models().resolve("replaced.aside");
        Path unused =
            Files.write(aside, ManyModelsBenchmark.remarked(good, String.valueOf(i % FILES)));
        unused =
            Files.move(
                aside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        reloads.getAndIncrement();
        Thread.sleep(RELOAD_MILLIS);
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException("soak: the model cannot be replaced", e);
    }
  }

  private void stream(URI url) {
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    URI path = url.resolve("/v1/models/" + request.model() + "/score");
    while (!over.get()) {
      try {
        HttpResponse<InputStream> answer =
            client.send(
                HttpRequest.newBuilder(path)
                    .header("content-type", "text/csv")
                    .timeout(Duration.ofMinutes(2))
                    .POST(HttpRequest.BodyPublishers.ofFile(request.table()))
                    .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        Lines lines = new Lines();
        try (InputStream body = answer.body()) {
          long unused = body.transferTo(lines);
        }
        if (answer.statusCode() == 200) {
          streamed.getAndAdd(lines.count - 1);
        } else {
          broken.getAndIncrement();
        }
      } catch (IOException e) {
        broken.getAndIncrement();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** Heap, and what else Java has of its own; the rest of what is resident is native. */
  private static JavaMemory javaMemory(URI url) {
    long heapInUse = 0;
    long heapTaken = 0;
    long other = 0;
    try {
      String metrics =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(url.resolve("/metrics")).build(),
                  HttpResponse.BodyHandlers.ofString())
              .body();
      Matcher memory = MEMORY.matcher(metrics);
      while (memory.find()) {
        long bytes = (long) Double.parseDouble(memory.group(3));
        boolean committed = memory.group(1).equals("committed");
        if (memory.group(2).equals("nonheap")) {
          other += committed ? bytes : 0;
        } else if (committed) {
          heapTaken += bytes;
        } else {
          heapInUse += bytes;
        }
      }
    } catch (IOException e) {
      return JavaMemory.UNKNOWN;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return new JavaMemory(heapInUse, heapTaken, other);
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static final class Lines extends OutputStream {
    private long count;

    @Override
    public void write(int one) {
      count += one == '\n' ? 1 : 0;
    }
  }
}
