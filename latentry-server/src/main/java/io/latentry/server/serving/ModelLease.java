package io.latentry.server.serving;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.Samples;
import io.latentry.core.graph.Output;
import io.latentry.scoring.Judgements;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** A version of a model, for as long as the lease is open. Thread-safe. */
public interface ModelLease extends AutoCloseable {

  ModelVersion version();

  /** As fitted; the threshold in force is that of {@link #version}. */
  Manifest manifest();

  /** The outputs that the artifact has. */
  Set<Output> outputs();

  /**
   * Who is to judge {@code samples}: this version, unless another has a share of the requests. The
   * same samples have the same answer as long as the share stands.
   *
   * @return closed with this one
   */
  default ModelLease of(Samples samples) {
    return this;
  }

  /**
   * Verdicts on {@code samples} by the threshold in force. Concurrent calls may share one run of
   * the engine; a sample's verdict depends on the sample alone.
   *
   * @param also any of {@link #outputs}
   * @param within how long the caller waits
   * @return fails with a {@link RefusedException}: {@link Refusal#BUSY} if too many rows wait,
   *     {@link Refusal#DEADLINE} if they waited longer than {@code within}
   */
  CompletableFuture<Judgements> judge(Samples samples, Set<Output> also, Duration within);

  /**
   * The same, where the caller is told other verdicts that are made of these: no {@link VerdictTap}
   * hears these, and those only by {@link #tell}.
   */
  CompletableFuture<Judgements> judgeUntold(Samples samples, Set<Output> also, Duration within);

  /**
   * Lets the tap hear the verdicts that the caller is told in place of those of {@link
   * #judgeUntold}.
   *
   * @param samples the instance that was judged
   */
  void tell(Samples samples, Judgements told);

  @Override
  void close();
}
