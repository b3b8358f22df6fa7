package io.latentry.server.catalog;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Opens artifacts, each on a thread of its own and within limits of time and memory: a file may be
 * slow, or be made to be. {@value #MOST_AT_A_TIME} are opened at a time, further ones wait.
 *
 * <p>Where there are very many, a file is {@linkplain #check checked} first, and {@linkplain #prove
 * proven} when nothing else is to be opened, one at a time, or before all others when it is asked
 * for.
 *
 * <p>Native code cannot be stopped, so a thread that is given up works on until the run of the
 * graph that it is in ends. While there are {@value #MOST_GIVEN_UP} such threads nothing else is
 * opened: they would take the processor from the models that answer. Thread-safe.
 */
final class Opener implements AutoCloseable {
  static final int MOST_AT_A_TIME = 2;
  static final int MOST_GIVEN_UP = 4;

  private static final String CLOSING = "the service is closing";

  private final OpeningNotes notes;
  private final ProvenArtifacts proven;
  private final Opening opening;
  private final Duration limit;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "latentry-opener-clock"));
  private final Deque<Work> waiting = new ArrayDeque<>();

  /** To be proven when there is nothing else to do. */
  private final Set<Work> later = new LinkedHashSet<>();

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

    /** Opens what is proven later; nothing of it is run. */
    default Scorer check(Scorer.Bytes artifact) {
      return Scorer.openUnproven(artifact, ScorerOptions.threads(1));
    }

    /** Proves what was checked. */
    default void prove(Scorer checked) {
      checked.prove();
    }

    /** Bytes of the heap that are free for it. */
    default long freeHeapBytes() {
      return HeapRoom.freeBytes();
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

    /** Of its content. */
    long bytes();

    /**
     * Where it lies, whole.
     *
     * @throws ArtifactException if it cannot be had
     */
    Path file();
  }

  /** A proof that waits for its turn, or was made. */
  interface Proof {

    /** Fails with an {@link ArtifactException}. */
    CompletableFuture<Scorer> result();

    /** Has it made before all that waits, since somebody waits for it. */
    void urge();

    /** Whether anybody waited for it. */
    boolean isUrgent();
  }

  /**
   * Begins to open a file, and returns at once.
   *
   * @return fails with an {@link ArtifactException}; whoever has it closes the scorer
   */
  CompletableFuture<Scorer> begin(Artifact artifact) {
    return begin(artifact, false);
  }

  /**
   * Begins to check a file as far as that goes without running it, and returns at once. One that
   * was proven before is proven by that.
   *
   * @return fails with an {@link ArtifactException}; whoever has it closes the scorer
   */
  CompletableFuture<Scorer> check(Artifact artifact) {
    Work work = new Work(artifact);
    work.step = work::check;
    begin(work, false);
    return work.result;
  }

  /**
   * Has a scorer that was {@linkplain #check checked} proven when there is time, and returns at
   * once. Whoever has the scorer closes it, when the result has come.
   */
  Proof prove(Artifact artifact, Scorer checked) {
    Work work = new Work(artifact);
    work.step = () -> work.prove(checked);
    work.isProof = true;
    synchronized (this) {
      if (closed) {
        work.refuse(CLOSING);
      } else {
        boolean unused = later.add(work);
        next();
      }
    }
    return work;
  }

  private CompletableFuture<Scorer> begin(Artifact artifact, boolean urgent) {
    Work work = new Work(artifact);
    work.step = work::open;
    begin(work, urgent);
    return work.result;
  }

  private synchronized void begin(Work work, boolean urgent) {
    if (closed) {
      work.refuse(CLOSING);
      return;
    }
    if (urgent) {
      waiting.addFirst(work);
    } else {
      waiting.addLast(work);
    }
    next();
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

  /**
   * @throws ArtifactException if the heap has no room for a file
   */
  void requireRoom(Artifact artifact) {
    HeapRoom.require(artifact, opening::freeHeapBytes);
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
      work.refuse(CLOSING);
    }
    later.forEach(work -> work.refuse(CLOSING));
    later.clear();
    // That the process ends now is not the doing of these files.
    underWay.forEach(work -> notes.forget(work.artifact.digest()));
    underWay.stream().filter(work -> work.isProof).forEach(work -> work.thread.interrupt());
    var unused = clock.shutdownNow();
  }

  private synchronized void next() {
    while (underWay.size() < MOST_AT_A_TIME) {
      Work work = taken();
      if (work == null) {
        return;
      }
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

  /** What is to be done next, taken from where it waits; null if that is nothing. */
  private @Nullable Work taken() {
    Work work = waiting.poll();
    // One at a time: requests are to have the rest of the machine. A proof waits as long as files
    // that were given up keep the processor: it is not the doing of its own file.
    if (work != null
        || givenUp >= MOST_GIVEN_UP
        || underWay.stream().anyMatch(other -> other.isProof && !other.isUrgent)) {
      return work;
    }
    Iterator<Work> oldest = later.iterator();
    if (oldest.hasNext()) {
      work = oldest.next();
      oldest.remove();
    }
    return work;
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /** The opening of one file. */
  private final class Work implements Runnable, Proof {
    private final Artifact artifact;
    private final CompletableFuture<Scorer> result = new CompletableFuture<>();
    private Supplier<Scorer> step = this::open;
    private Thread thread = Thread.currentThread();

    /** Of a scorer that somebody else has. */
    private boolean isProof;

    private boolean isUrgent;
    private boolean isGivenUp;
    private boolean hasEnded;

    Work(Artifact artifact) {
      this.artifact = artifact;
    }

    @Override
    public void run() {
      try {
        Scorer scorer = step.get();
        if (!result.complete(scorer) && !isProof) {
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

    @Override
    public CompletableFuture<Scorer> result() {
      return result;
    }

    @Override
    public void urge() {
      synchronized (Opener.this) {
        if (!isUrgent && givenUp < MOST_GIVEN_UP && later.remove(this)) {
          isUrgent = true;
          waiting.addFirst(this);
          next();
        }
      }
    }

    @Override
    public boolean isUrgent() {
      synchronized (Opener.this) {
        return isUrgent;
      }
    }

    private Scorer open() {
      String digest = artifact.digest();
      requireRoom(artifact);
      if (isProvenBefore(digest)) {
        return opening.openProven(artifact);
      }
      Path file = artifact.file();
      Scorer scorer = notes.noted(digest, () -> opening.open(file));
      proven.add(digest);
      return scorer;
    }

    private Scorer check() {
      requireRoom(artifact);
      return isProvenBefore(artifact.digest())
          ? opening.openProven(artifact)
          : opening.check(artifact);
    }

    private Scorer prove(Scorer checked) {
      requireRoom(artifact);
      String digest = artifact.digest();
      return notes.noted(
          digest,
          () -> {
            opening.prove(checked);
            proven.add(digest);
            return checked;
          });
    }

    private boolean isProvenBefore(String digest) {
      return proven.contains(digest) && !notes.isSuspect(digest);
    }

    private String name() {
      if (isProof) {
        // Requests that wait for it are told why, and need not know where it lies.
        return "";
      }
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
