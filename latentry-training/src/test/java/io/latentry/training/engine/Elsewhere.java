package io.latentry.training.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.graph.Ops;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A device that is not the processor and needs no GPU: libtorch's {@code meta}, whose tensors have
 * a shape and a device and no memory. Not every operation minds a tensor of another device there,
 * as all do on a GPU, so each is looked at on its way; and some have no kernel there, so that their
 * shape is asked of the processor.
 */
public final class Elsewhere {
  public static final Device DEVICE = new Device.Beside("meta");

  private Elsewhere() {}

  /** {@code ops} of this device, which fail where they are handed a tensor of another. */
  @SuppressWarnings("unchecked") // A proxy of Ops.
  public static Ops<Tensor> watched(TorchOps ops) {
    return (Ops<Tensor>)
        Proxy.newProxyInstance(
            Elsewhere.class.getClassLoader(),
            new Class<?>[] {Ops.class},
            (proxy, method, arguments) -> {
              requireHere(method.getName(), arguments);
              Object result = done(ops, method, arguments);
              requireHere(method.getName(), result);
              return result;
            });
  }

  /** Fails where a tensor among {@code values} lies on another device. */
  public static void requireHere(String what, Object... values) {
    for (Object value : values) {
      if (value instanceof Collection<?> parts) {
        requireHere(what, parts.toArray());
      } else if (value instanceof Ops.Smallest<?> found) {
        requireHere(what, found.values(), found.indices());
      } else if (value instanceof Tensor tensor) {
        assertThat(tensor.is_meta()).as("%s: on %s", what, deviceOf(tensor)).isTrue();
      }
    }
  }

  private static String deviceOf(Tensor tensor) {
    return tensor.is_cpu() ? "the processor" : "another device";
  }

  private static Object done(TorchOps ops, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(ops, arguments);
    } catch (InvocationTargetException e) {
      if (!lacksKernel(e.getCause())) {
        throw e.getCause();
      }
    }
    try (TorchOps here = new TorchOps(Device.CPU)) {
      Object[] zeros = Arrays.stream(arguments).map(Elsewhere::zerosHere).toArray();
      return shapeOf((Tensor) method.invoke(here, zeros), DEVICE);
    }
  }

  private static boolean lacksKernel(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    return message.contains("no fake impl or Meta kernel registered")
        || message.contains("convolution_overrideable not implemented");
  }

  private static Object zerosHere(Object argument) {
    if (argument instanceof List<?> parts) {
      return parts.stream().map(Elsewhere::zerosHere).toList();
    }
    return argument instanceof Tensor tensor ? shapeOf(tensor, Device.CPU) : argument;
  }

  private static Tensor shapeOf(Tensor tensor, Device device) {
    int size = Math.toIntExact(tensor.numel());
    return tensor.scalar_type().intern() == torch.ScalarType.Long
        ? device.indices(new long[size], tensor.shape())
        : device.tensor(new float[size], tensor.shape());
  }
}
