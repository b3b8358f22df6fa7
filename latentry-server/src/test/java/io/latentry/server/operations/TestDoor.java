package io.latentry.server.operations;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.server.access.Caller;
import io.latentry.server.door.Door;
import io.latentry.server.serving.ModelHost;
import io.latentry.server.serving.ModelLease;
import io.latentry.server.serving.RefusedException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

/**
 * A route of every kind; scoring judges one row, and answers with the caller and the body's size.
 */
final class TestDoor implements Door {
  /** A path that answers only when {@link #letGo} is counted down. */
  static final String SLOW = "/v1/models/slow/score";

  final CountDownLatch arrived = new CountDownLatch(1);
  final CountDownLatch letGo = new CountDownLatch(1);

  /** The requests for verdicts so far, as far as anything holds on to them. */
  final Queue<WeakReference<ServiceRequestContext>> judged = new ConcurrentLinkedQueue<>();

  private final ModelHost host;

  TestDoor(ModelHost host) {
    this.host = host;
  }

  @Override
  public void openOn(ServerBuilder server) {
    HttpService said = (context, request) -> HttpResponse.of("caller=" + Caller.of(context).name());
    server.service("/", said);
    server.service("/v1/models", said);
    server.service("/v1/models/{name}", said);
    server.service("/v1/models/{name}/threshold", said);
    server.service("/v2/health/ready", said);
    server.service("/v2/models/{name}/infer", this::judge);
    server.service("/v2/repository/models/{name}/load", said);
    server.service("/v1/models/{name}/score", this::judge);
    server.service("/somewhere/new", said);
    server.service(
        SLOW,
        (context, request) -> {
          arrived.countDown();
          return HttpResponse.of(
              CompletableFuture.supplyAsync(
                  () -> {
                    awaitLetGo();
                    return HttpResponse.of("slow but sure");
                  },
                  context.blockingTaskExecutor()));
        });
    for (String method :
        new String[] {
          "/inference.GRPCInferenceService/ServerLive",
          "/inference.GRPCInferenceService/ModelMetadata",
          "/inference.GRPCInferenceService/ModelInfer",
          "/inference.GRPCInferenceService/RepositoryModelLoad"
        }) {
      server.service(
          method,
          (context, request) ->
              HttpResponse.of(
                  ResponseHeaders.builder(HttpStatus.OK)
                      .contentType(MediaType.parse("application/grpc"))
                      .add("grpc-status", "0")
                      .add("caller", Caller.of(context).name())
                      .endOfStream(true)
                      .build()));
    }
  }

  private void awaitLetGo() {
    try {
      letGo.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private HttpResponse judge(ServiceRequestContext context, HttpRequest request) {
    judged.add(new WeakReference<>(context));
    return HttpResponse.of(
        request
            .aggregate()
            .thenCompose(
                body -> {
                  try (var pushed = context.push();
                      ModelLease lease =
                          host.lend(
                              String.valueOf(context.pathParam("name")), OptionalInt.empty())) {
                    return lease
                        .judge(emptyRow(lease.manifest().schema()), Set.of(), Duration.ofSeconds(5))
                        .thenApply(
                            judged ->
                                HttpResponse.of(
                                    "caller="
                                        + Caller.of(context).name()
                                        + " bytes="
                                        + body.content().length()));
                  } catch (RefusedException e) {
                    return CompletableFuture.completedFuture(
                        HttpResponse.of(e.refusal().httpStatus()));
                  }
                }));
  }

  /** A row in which every value is missing. */
  private static Rows emptyRow(Schema schema) {
    float[] numeric = new float[schema.numericCount()];
    Arrays.fill(numeric, Float.NaN);
    String[] categorical = new String[schema.categoricalCount()];
    Arrays.fill(categorical, "");
    return new Rows(schema, 1, numeric, categorical, new String[1]);
  }
}
