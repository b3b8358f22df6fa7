package io.latentry.server.batching;

import io.latentry.core.data.Samples;
import io.latentry.scoring.Judgements;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A request that is worked off in pieces, several at a time where workers are free. */
final class LargeRequest implements Workers.Waiting {
  private final Request request;
  private final int pieceRows;
  private final QueuedRows queued;
  private final BooleanSupplier held;
  private final Function<Samples, Judgements> judge;
  private final Function<Judgements, Judgements> finish;
  private final @Nullable Judgements[] pieces;
  private final AtomicInteger missing;
  private int next;

  /**
   * @param held whether no piece may begin
   * @param judge runs the engine on one piece
   * @param finish what is done with all verdicts before the caller gets them
   */
  LargeRequest(
      Request request,
      int pieceRows,
      QueuedRows queued,
      BooleanSupplier held,
      Function<Samples, Judgements> judge,
      Function<Judgements, Judgements> finish) {
    this.request = request;
    this.pieceRows = pieceRows;
    this.queued = queued;
    this.held = held;
    this.judge = judge;
    this.finish = finish;
    this.pieces = new Judgements[(request.samples().count() + pieceRows - 1) / pieceRows];
    this.missing = new AtomicInteger(pieces.length);
  }

  @Override
  public Runnable take() {
    int piece = next++;
    queued.add(-rowsOf(piece));
    return () -> run(piece);
  }

  @Override
  public boolean isEmpty() {
    if (request.isOver()) {
      drop();
    }
    return next == pieces.length;
  }

  /** Pieces run side by side. Of a request that is over, a run does nothing. */
  @Override
  public boolean isReady() {
    return next < pieces.length && !held.getAsBoolean();
  }

  @Override
  public List<Runnable> expire(long nanos) {
    if (request.isOver()) {
      drop();
      return List.of();
    }
    if (!request.isLate(nanos)) {
      return List.of();
    }
    drop();
    return List.of(request::refuseAsLate);
  }

  /** Takes the pieces that wait out. */
  private void drop() {
    for (; next < pieces.length; next++) {
      queued.add(-rowsOf(next));
    }
  }

  private int rowsOf(int piece) {
    return Math.min(pieceRows, request.samples().count() - piece * pieceRows);
  }

  private void run(int piece) {
    if (request.isOver()) {
      return;
    }
    try {
      int from = piece * pieceRows;
      pieces[piece] = judge.apply(request.samples().slice(from, from + rowsOf(piece)));
      // The last one to count down has seen what the others wrote before they did.
      if (missing.decrementAndGet() == 0) {
        boolean unused =
            request.verdicts().complete(finish.apply(Judgements.concat(Arrays.asList(pieces))));
      }
    } catch (Throwable e) {
      request.fail(e);
    }
  }
}
