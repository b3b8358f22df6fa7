package io.latentry.server.oip;

import io.latentry.core.data.Samples;
import io.latentry.server.door.BodyLimits;
import io.latentry.server.monitoring.InferenceCount;
import io.latentry.server.monitoring.ServingStatistics;
import io.latentry.server.oip.tensor.InferenceAnswer;
import io.latentry.server.oip.tensor.InferenceRequest;
import io.latentry.server.oip.tensor.ModelTensors;
import io.latentry.server.oip.tensor.OutputTensor;
import io.latentry.server.oip.tensor.SamplesFromTensors;
import io.latentry.server.oip.tensor.TensorsFromJudgements;
import io.latentry.server.serving.ModelHost;
import io.latentry.server.serving.ModelLease;
import io.latentry.server.serving.ModelVersion;
import io.latentry.server.serving.ModelVersion.State;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;

/**
 * What the Open Inference Protocol asks of a server, whatever carries it: its doors, {@link
 * OipHttpDoor} and {@link io.latentry.server.oip.grpc.OipGrpcDoor}, read and write, and share one
 * of these. Thread-safe.
 */
public final class OpenInference {
  public static final String SERVER = "latentry";

  /** Triton's names for what there is beyond the protocol. */
  public static final List<String> EXTENSIONS =
      List.of(
          "binary_tensor_data",
          "model_configuration",
          "model_repository",
          "parameters",
          "statistics");

  public static final String PLATFORM = "onnxruntime_onnx";

  public static final String NO_LOAD_PARAMETERS =
      "parameters: not supported (expected: none); the artifact says how it is loaded";

  /** For callers that set no limit on a server that has none. */
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

  private final ModelHost host;
  private final InstantSource clock;
  private final BooleanSupplier readiness;
  private final BodyLimits limits;
  private final ServingStatistics statistics;

  /**
   * @param clock for the times in {@code statistics}
   * @param readiness whether the server should be sent requests; may look into the host's store
   */
  public OpenInference(
      ModelHost host,
      InstantSource clock,
      BooleanSupplier readiness,
      BodyLimits limits,
      ServingStatistics statistics) {
    this.host = host;
    this.clock = clock;
    this.readiness = readiness;
    this.limits = limits;
    this.statistics = statistics;
  }

  public BodyLimits limits() {
    return limits;
  }

  /** As the jar says it. */
  public static String serverVersion() {
    String version = OpenInference.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  /**
   * The answer to a request. Cheap on the caller's thread but for making rows.
   *
   * @param limit how long the server lets a request take; zero if it sets no limit
   * @return fails with a {@link RefusedException}
   */
  public CompletableFuture<InferenceAnswer> infer(InferenceRequest request, Duration limit) {
    Instant start = clock.instant();
    ModelLease lease;
    try {
      lease = host.lend(request.model(), request.version());
    } catch (RuntimeException refused) {
      return CompletableFuture.failedFuture(refused);
    }
    ModelVersion version = lease.version();
    Duration most = limit.isZero() ? LONGEST_WAIT : limit;
    Optional<Duration> shorter = request.timeout().filter(timeout -> timeout.compareTo(most) < 0);
    return infer(request, shorter.orElse(most), lease, start)
        .whenComplete(
            (answer, failure) -> {
              lease.close();
              if (failure != null) {
                statistics.notInferred(version, Duration.between(start, clock.instant()));
              }
            })
        .exceptionallyCompose(
            failure -> CompletableFuture.failedFuture(own(failure, shorter.isPresent())));
  }

  /** What took longer than the caller alone allowed is no failure of the service. */
  private static Throwable own(Throwable failure, boolean isCallersLimit) {
    return isCallersLimit
            && cause(failure) instanceof RefusedException refused
            && refused.refusal() == Refusal.DEADLINE
        ? new RefusedException(
            Refusal.CALLERS_DEADLINE, String.valueOf(refused.getMessage()), refused)
        : failure;
  }

  private CompletableFuture<InferenceAnswer> infer(
      InferenceRequest request, Duration within, ModelLease lent, Instant start) {
    try {
      Samples rows = SamplesFromTensors.read(lent.manifest(), request.inputs());
      limits.requireRoomFor(rows.count());
      ModelLease lease = lent.of(rows);
      TensorsFromJudgements answer =
          TensorsFromJudgements.of(request.outputs(), lease.manifest(), lease.outputs());
      Instant read = clock.instant();
      return lease
          .judge(rows, answer.needed(), within)
          .thenApply(
              judged -> {
                Instant computed = clock.instant();
                List<OutputTensor> outputs = answer.read(judged);
                ModelVersion version = lease.version();
                statistics.inferred(
                    version,
                    rows.count(),
                    new InferenceCount.Times(start, read, computed, clock.instant()));
                return new InferenceAnswer(
                    version.name(), version.version(), request.id(), outputs);
              });
    } catch (RuntimeException refused) {
      return CompletableFuture.failedFuture(refused);
    }
  }

  /** Whether the server should be sent requests. */
  public boolean isReady() {
    return readiness.getAsBoolean();
  }

  /**
   * Whether a version answers; one that is still to be proven does not yet.
   *
   * @throws RefusedException if there is no such version
   */
  public boolean isReady(String model, OptionalInt version) {
    try (ModelLease lease = host.lend(model, version)) {
      return lease.version().state() == State.READY;
    } catch (RefusedException refused) {
      if (refused.refusal() == Refusal.NOT_READY) {
        return false;
      }
      throw refused;
    }
  }

  /**
   * What a model takes and gives.
   *
   * @throws RefusedException if it is unknown or not loaded
   */
  public ModelCard card(String model, OptionalInt version) {
    try (ModelLease lease = host.lend(model, version)) {
      return new ModelCard(
          model,
          host.versions(model).stream()
              .filter(known -> known.state() == State.READY || known.state() == State.UNPROVEN)
              .map(known -> Integer.toString(known.version()))
              .toList(),
          ModelTensors.ofService(lease.manifest(), lease.outputs()));
    }
  }

  /**
   * @param versions that can be asked for, oldest first
   */
  public record ModelCard(String name, List<String> versions, ModelTensors tensors) {}

  /**
   * Every version, as Triton's repository index lists it.
   *
   * @param readyOnly whether to leave out what does not answer
   */
  public List<IndexEntry> index(boolean readyOnly) {
    return host.versions().stream()
        .filter(version -> !readyOnly || version.state() == State.READY)
        .map(IndexEntry::of)
        .toList();
  }

  /**
   * @param state as Triton names it
   * @param reason why it does not answer; empty if it does
   */
  public record IndexEntry(String name, String version, String state, String reason) {
    static IndexEntry of(ModelVersion version) {
      String state =
          switch (version.state()) {
            case READY -> "READY";
            case LOADING, UNPROVEN -> "LOADING";
            case UNLOADING -> "UNLOADING";
            case UNLOADED, FAILED -> "UNAVAILABLE";
          };
      String reason =
          version.reason().isEmpty() && version.state() == State.UNLOADED
              ? "unloaded"
              : version.reason();
      return new IndexEntry(version.name(), Integer.toString(version.version()), state, reason);
    }
  }

  public void load(String model, String by) {
    host.load(model, by);
  }

  public void unload(String model, String by) {
    host.unload(model, by);
  }

  /**
   * What was counted since the start, of the versions asked for.
   *
   * @param model empty for all
   * @param version empty for all
   */
  public List<InferenceCount> statistics(String model, OptionalInt version) {
    List<ModelVersion> versions =
        (model.isEmpty() ? host.versions() : host.versions(model))
            .stream()
                .filter(known -> version.isEmpty() || version.getAsInt() == known.version())
                .toList();
    if (versions.isEmpty() && version.isPresent()) {
      throw new RefusedException(
          Refusal.UNKNOWN, "model '" + model + "': no version " + version.getAsInt());
    }
    return versions.stream().map(statistics::inferences).toList();
  }

  /** The refusal behind a failed future, or a fault of ours. */
  public static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? cause(failure.getCause())
        : failure;
  }
}
