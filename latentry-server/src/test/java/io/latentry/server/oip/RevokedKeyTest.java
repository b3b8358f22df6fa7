package io.latentry.server.oip;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.client.grpc.GrpcClients;
import io.grpc.Status;
import io.grpc.reflection.v1.ServerReflectionGrpc.ServerReflectionStub;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import io.latentry.server.access.ApiKeyFile;
import io.latentry.server.config.KeyRole;
import io.latentry.server.oip.proto.GRPCInferenceServiceGrpc.GRPCInferenceServiceStub;
import io.latentry.server.oip.proto.ModelInferRequest;
import io.latentry.server.oip.proto.ModelStreamInferResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A key that is revoked while somebody has a stream open with it. */
final class RevokedKeyTest {
  private static final long LONG_SECONDS = 20;

  @TempDir private Path folder;

  @Test
  void aStreamThatWasOpenedWithItEndsAndThoseOfOthersGoOn() throws Exception {
    Path file = folder.resolve("keys.json");
    ApiKeyFile keys = new ApiKeyFile(file, Clock.systemUTC(), new SecureRandom());
    String leaked = keys.create("leaked", KeyRole.SCORE);
    String good = keys.create("good", KeyRole.SCORE);
    try (EveryDoor doors =
        new EveryDoor(1, "access.api_keys", file.toString(), "shutdown.grace_millis", "1000")) {
      Answers<ModelStreamInferResponse> ofLeaked = new Answers<>();
      var stream = stub(GRPCInferenceServiceStub.class, doors, leaked).modelStreamInfer(ofLeaked);
      Answers<ModelStreamInferResponse> ofGood = new Answers<>();
      var another = stub(GRPCInferenceServiceStub.class, doors, good).modelStreamInfer(ofGood);
      Answers<ServerReflectionResponse> ofReflection = new Answers<>();
      var reflection =
          stub(ServerReflectionStub.class, doors, leaked).serverReflectionInfo(ofReflection);
      stream.onNext(doors.grpcRequest());
      another.onNext(doors.grpcRequest());
      reflection.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
      assertThat(ofLeaked.next()).isNotNull();
      assertThat(ofGood.next()).isNotNull();
      assertThat(ofReflection.next()).isNotNull();

      keys.revoke("leaked");

      for (Answers<?> ended : List.of(ofLeaked, ofReflection)) {
        Status last = ended.last.get(LONG_SECONDS, TimeUnit.SECONDS);
        assertThat(last.getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(last.getDescription()).contains("good no more");
      }
      ModelInferRequest more = doors.grpcRequest();
      another.onNext(more);
      assertThat(ofGood.next()).isNotNull();
      another.onCompleted();
      assertThat(ofGood.last.get(LONG_SECONDS, TimeUnit.SECONDS).isOk()).isTrue();
    }
  }

  private static <T> T stub(Class<T> type, EveryDoor doors, String key) {
    return GrpcClients.builder("gproto+http://127.0.0.1:" + doors.port())
        .setHeader("x-api-key", key)
        .build(type);
  }

  /** What comes on a stream, and how it ends. */
  private static final class Answers<A> implements StreamObserver<A> {
    private final BlockingQueue<A> answers = new LinkedBlockingQueue<>();
    private final CompletableFuture<Status> last = new CompletableFuture<>();

    A next() throws InterruptedException {
      return answers.poll(LONG_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void onNext(A answer) {
      answers.add(answer);
    }

    @Override
    public void onError(Throwable failure) {
      last.complete(Status.fromThrowable(failure));
    }

    @Override
    public void onCompleted() {
      last.complete(Status.OK);
    }
  }
}
