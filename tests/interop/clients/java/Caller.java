import com.google.gson.Gson;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ChannelCredentials;
import io.grpc.ClientCall;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.TlsChannelCredentials;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** Makes the calls that it reads, a JSON object a line, and prints what comes back; see ../../caller.py. */
public final class Caller {
  private static final Metadata.Key<byte[]> DETAILS =
      Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

  private record Wanted(String path, List<String> requests, int take) {}

  /** Takes messages as the bytes that they are. */
  private static final MethodDescriptor.Marshaller<byte[]> RAW =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] message) {
          return new ByteArrayInputStream(message);
        }

        @Override
        public byte[] parse(InputStream message) {
          try {
            return message.readAllBytes();
          } catch (IOException error) {
            throw new UncheckedIOException(error);
          }
        }
      };

  private static void print(Map<String, ?> line) {
    System.out.println(new Gson().toJson(line));
    System.out.flush();
  }

  private static void perform(Channel channel, Wanted wanted) throws InterruptedException {
    var method =
        MethodDescriptor.newBuilder(RAW, RAW)
            .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
            .setFullMethodName(wanted.path().substring(1))
            .build();
    var ended = new CountDownLatch(1);
    ClientCall<byte[], byte[]> call = channel.newCall(method, CallOptions.DEFAULT);
    call.start(
        new ClientCall.Listener<>() {
          private int taken = 0;

          @Override
          public void onMessage(byte[] message) {
            print(Map.of("message", Base64.getEncoder().encodeToString(message)));
            taken++;
            if (taken == wanted.take()) {
              call.cancel("that was enough", null);
            } else {
              call.request(1);
            }
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            byte[] details = trailers.containsKey(DETAILS) ? trailers.get(DETAILS) : new byte[0];
            int code = taken == wanted.take() ? 0 : status.getCode().value();
            print(Map.of("code", code, "details", Base64.getEncoder().encodeToString(details)));
            ended.countDown();
          }
        },
        new Metadata());
    call.request(1);
    for (String request : wanted.requests()) {
      call.sendMessage(Base64.getDecoder().decode(request));
    }
    call.halfClose();
    ended.await();
  }

  public static void main(String[] args) throws Exception {
    ChannelCredentials security =
        args.length > 1
            ? TlsChannelCredentials.newBuilder().trustManager(new File(args[1])).build()
            : InsecureChannelCredentials.create();
    ManagedChannel channel = Grpc.newChannelBuilder(args[0], security).build();
    var lines = new BufferedReader(new InputStreamReader(System.in));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      perform(channel, new Gson().fromJson(line, Wanted.class));
    }
    channel.shutdownNow();
  }
}
