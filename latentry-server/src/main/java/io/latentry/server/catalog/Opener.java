package io.latentry.server.catalog;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Opens artifacts, each on a thread of its own and within limits of time and memory: a file may be
 * slow, or be made to be. {@value #MOST_AT_A_TIME} are opened at a time, further ones wait.
 *
 * <p>Native code cannot be stopped, so a thread that is given up works on until the run of the
 * graph that it is in ends. While there are {@value #MOST_GIVEN_UP} such threads nothing else is
 * opened: they would take the processor from the models that answer. Thread-safe.
 */
final class Opener implements AutoCloseable {
  static final int MOST_AT_A_TIME = 2;
  static final int MOST_GIVEN_UP = 4;

  /** Copies of a file on the heap while it is opened: read, parsed, and cut for the engine. */
  private static final int HEAP_COPIES = 4;

  private final OpeningNotes notes;
  private final ProvenArtifacts proven;
  private final Opening opening;
  private final Duration limit;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "latentry-opener-clock"));
  private final Deque<Work> waiting = new ArrayDeque<>();
  private final Set<Work> underWay = new HashSet<>();
  private int givenUp;
  private boolean closed;

  /** How a file becomes a scorer. */
  interface Opening {
    /** Opens a file, and proves it. */
    Scorer open(Path file);

    /** Opens what was proven before; its engine may come when it is needed. */
    default Scorer openProven(Scorer.Bytes artifact) {
      return Scorer.openProven(artifact, ScorerOptions.threads(1));
    }
  }

  /**
   * @param limit for one file, from when its turn comes
   */
  Opener(OpeningNotes notes, ProvenArtifacts proven, Opening opening, Duration limit) {
    this.notes = notes;
    this.proven = proven;
    this.opening = opening;
    this.limit = limit;
  }

  /** A file to be opened. */
  interface Artifact extends Scorer.Bytes {

    /** SHA-256 of its content. */
    String digest();

    /**
     * Where it lies, whole.
     *
     * @throws ArtifactException if it cannot be had
     */
    Path file();
  }

  /**
   * Begins to open a file, and returns at once.
   *
   * @return fails with an {@link ArtifactException}; whoever has it closes the scorer
   */
  CompletableFuture<Scorer> begin(Artifact artifact) {
    return begin(artifact, false);
  }

  private CompletableFuture<Scorer> begin(Artifact artifact, boolean urgent) {
    Work work = new Work(artifact);
    synchronized (this) {
      if (closed) {
        work.refuse("the service is closing");
      } else {
        if (urgent) {
          waiting.addFirst(work);
        } else {
          waiting.addLast(work);
        }
        next();
      }
    }
    return work.result;
  }

  /**
   * Opens a file, before all those that wait.
   *
   * @throws ArtifactException if it is no artifact, takes too much time or memory, or cannot be
   *     opened for another reason
   */
  Scorer open(Artifact artifact) {
    return opened(begin(artifact, true));
  }

  /** Waits for what was begun; throws what {@link #open} throws. */
  static Scorer opened(CompletableFuture<Scorer> begun) {
    try {
      return begun.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof ArtifactException refused
          ? refused
          : new IllegalStateException(e.getCause());
    }
  }

  /** Opens no more. What is under way ends by itself, and is thrown away. */
  @Override
  public synchronized void close() {
    closed = true;
    for (Work work = waiting.poll(); work != null; work = waiting.poll()) {
      work.refuse("the service is closing");
    }
    // That the process ends now is not the doing of these files.
    underWay.forEach(work -> notes.forget(work.artifact.digest()));
    var unused = clock.shutdownNow();
  }

  private synchronized void next() {
    while (underWay.size() < MOST_AT_A_TIME && !waiting.isEmpty()) {
      Work work = waiting.remove();
      if (givenUp >= MOST_GIVEN_UP) {
        work.refuse(
            "not opened, since "
                + givenUp
                + " files that took too long still keep the processor busy (expected: fewer than "
                + MOST_GIVEN_UP
                + "); have it loaded again later, and take those files away");
      } else {
        underWay.add(work);
        work.thread = daemon(work, "latentry-opener");
        work.thread.start();
        var unused = clock.schedule(work::giveUp, limit.toNanos(), TimeUnit.NANOSECONDS);
      }
    }
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /**
   * A heap that is full fails whoever asks for a little next, and that may be any request.
   *
   * @throws ArtifactException if a file is too large for what is free
   */
  private static void requireMemory(Path file) {
    long bytes = bytes(file);
    Runtime machine = Runtime.getRuntime();
    long free = machine.maxMemory() - machine.totalMemory() + machine.freeMemory();
    if (bytes > free / HEAP_COPIES) {
      throw new ArtifactException(
          file
              + ": "
              + bytes
              + " bytes (expected: at most a quarter of the "
              + free
              + " that are free on the heap); give the service more memory (LATENTRY_HEAP)");
    }
  }

  private static long bytes(Path file) {
    try {
      return Files.size(file);
    } catch (IOException unreadable) {
      // The opening itself says so better.
      return 0;
    }
  }

  /** The opening of one file. */
  private final class Work implements Runnable {
    private final Artifact artifact;
    private final CompletableFuture<Scorer> result = new CompletableFuture<>();
    private Thread thread = Thread.currentThread();
    private boolean isGivenUp;
    private boolean hasEnded;

    Work(Artifact artifact) {
      this.artifact = artifact;
    }

    @Override
    public void run() {
      try {
        Scorer scorer = open();
        if (!result.complete(scorer)) {
          scorer.close();
        }
      } catch (ArtifactException e) {
        result.completeExceptionally(e);
      } catch (RuntimeException | OutOfMemoryError e) {
        result.completeExceptionally(new ArtifactException(name() + "cannot be opened: " + e, e));
      } finally {
        ended();
      }
    }

    private Scorer open() {
      String digest = artifact.digest();
      if (proven.contains(digest) && !notes.isSuspect(digest)) {
        return opening.openProven(artifact);
      }
      Path file = artifact.file();
      requireMemory(file);
      Scorer scorer = notes.noted(digest, () -> opening.open(file));
      proven.add(digest);
      return scorer;
    }

    private String name() {
      try {
        return artifact.file() + ": ";
      } catch (ArtifactException gone) {
        return "";
      }
    }

    private void giveUp() {
      synchronized (Opener.this) {
        if (hasEnded) {
          return;
        }
        isGivenUp = true;
        underWay.remove(this);
        givenUp++;
        // First: an opening that is interrupted would say that, which tells nobody why.
        refuse(
            "not open after "
                + limit.toMillis()
                + " ms (expected: within limits.open_timeout_millis); the file asks for too much,"
                + " or the machine is busy: have it loaded again, or raise the limit if you trust"
                + " it");
        thread.interrupt();
        next();
      }
    }

    private void ended() {
      synchronized (Opener.this) {
        hasEnded = true;
        if (isGivenUp) {
          givenUp--;
        } else {
          underWay.remove(this);
        }
        next();
      }
    }

    private void refuse(String reason) {
      result.completeExceptionally(new ArtifactException(name() + reason));
    }
  }
}
