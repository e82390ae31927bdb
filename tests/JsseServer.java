import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * A Java web server's TLS, as plain JSSE has it.
 *
 * Arguments: address, port, key manager (PKIX or SunX509, with "-old" for the rule of old releases: an EC key is
 * taken only if an EC key signed its certificate), protocols with commas, then chain, key and algorithm (RSA, EC) of
 * each pair.
 */
public class JsseServer {
    public static void main(String[] arguments) throws Exception {
        Security.setProperty("jdk.tls.disabledAlgorithms", "");
        Security.setProperty("jdk.certpath.disabledAlgorithms", "");
        char[] password = "none".toCharArray();
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, password);
        CertificateFactory reader = CertificateFactory.getInstance("X.509");
        for (int at = 4; at < arguments.length; at += 3) {
            byte[] chain = Files.readAllBytes(Path.of(arguments[at]));
            String pem = Files.readString(Path.of(arguments[at + 1])).replaceAll("-----[^-]*-----|\\s", "");
            PrivateKey key = KeyFactory.getInstance(arguments[at + 2])
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem)));
            Certificate[] certificates =
                reader.generateCertificates(new ByteArrayInputStream(chain)).toArray(new Certificate[0]);
            store.setKeyEntry("pair" + at, key, password, certificates);
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(arguments[2].replace("-old", ""));
        factory.init(store, password);
        KeyManager[] managers = factory.getKeyManagers();
        if (arguments[2].endsWith("-old")) {
            managers = new KeyManager[] {new OldRule((X509ExtendedKeyManager) managers[0])};
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers, null, null);
        SSLServerSocket listener = (SSLServerSocket) context.getServerSocketFactory()
            .createServerSocket(Integer.parseInt(arguments[1]), 100, InetAddress.getByName(arguments[0]));
        listener.setEnabledProtocols(arguments[3].split(","));
        while (true) {
            SSLSocket socket = (SSLSocket) listener.accept();
            new Thread(() -> {
                try (socket) {
                    socket.startHandshake();
                } catch (Exception ignored) {
                    // a client that hangs up after the certificate
                }
            }).start();
        }
    }

    /** Hides an EC certificate that another kind of key signed. */
    static class OldRule extends X509ExtendedKeyManager {
        private final X509ExtendedKeyManager inner;

        OldRule(X509ExtendedKeyManager inner) {
            this.inner = inner;
        }

        private String allowed(String type, String alias) {
            if (alias == null || !type.startsWith("EC")) {
                return alias;
            }
            return inner.getCertificateChain(alias)[0].getSigAlgName().endsWith("withECDSA") ? alias : null;
        }

        @Override
        public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
            return allowed(type, inner.chooseServerAlias(type, issuers, socket));
        }

        @Override
        public String chooseEngineServerAlias(String type, Principal[] issuers, SSLEngine engine) {
            return allowed(type, inner.chooseEngineServerAlias(type, issuers, engine));
        }

        @Override
        public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
            return null;
        }

        @Override
        public String[] getClientAliases(String type, Principal[] issuers) {
            return null;
        }

        @Override
        public String[] getServerAliases(String type, Principal[] issuers) {
            return inner.getServerAliases(type, issuers);
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return inner.getCertificateChain(alias);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return inner.getPrivateKey(alias);
        }
    }
}
