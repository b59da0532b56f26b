package dev.eventloop.lb;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTag;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import dev.eventloop.lb.relay.Connection;
import dev.eventloop.net.EnxioChannels;

/** Which package may depend on which, in all modules on the class path. */
@AnalyzeClasses(
        packages = "dev.eventloop",
        importOptions = {
            ImportOption.DoNotIncludeTests.class,
            ArchitectureTest.WithoutTestkit.class
        })
@ArchTag("fast")
class ArchitectureTest {
    private static final String[] BACKENDS = {
        "dev.eventloop.epoll..",
        "dev.eventloop.kqueue..",
        "dev.eventloop.poll..",
        "dev.eventloop.select.."
    };

    private static final String[] ENGINE = {
        "dev.eventloop.lb.access..",
        "dev.eventloop.lb.frontend..",
        "dev.eventloop.lb.lookup..",
        "dev.eventloop.lb.pool..",
        "dev.eventloop.lb.preface..",
        "dev.eventloop.lb.proxyprotocol..",
        "dev.eventloop.lb.relay..",
        "dev.eventloop.lb.report..",
        "dev.eventloop.lb.runtime.."
    };

    /** The testkit is test code, to which these rules do not apply. */
    static final class WithoutTestkit implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("testkit");
        }
    }

    /** The classes of the root package that create and hold the engine; the others are values. */
    private static final DescribedPredicate<JavaClass> FACADE =
            equivalentTo(LoadBalancer.class)
                    .or(belongToAnyOf(LoadBalancerBuilder.class, ServiceDefaults.class))
                    .or(belongToAnyOf(FrontendOptions.class, PoolOptions.class))
                    .or(belongToAnyOf(Plan.class, Services.class))
                    .or(
                            belongToAnyOf(
                                    RunningFrontends.class,
                                    FrontendUsage.class,
                                    RunningPools.class))
                    .or(belongToAnyOf(FixedSettings.class, StatsOf.class))
                    .or(belongToAnyOf(ConnectionSelection.class))
                    .as("the facade");

    private static final DescribedPredicate<JavaClass> VALUES =
            resideInAPackage("dev.eventloop.lb").and(not(FACADE)).as("values");

    private static final class PartsOfTheLoadBalancer implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
            if (FACADE.test(javaClass)) {
                return SliceIdentifier.of("the facade");
            }
            return resideInAPackage("dev.eventloop.lb..").test(javaClass)
                    ? SliceIdentifier.of(javaClass.getPackageName())
                    : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "parts of the load balancer";
        }
    }

    @ArchTest
    static final ArchRule nativeCodeHasOneDoor =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("dev.eventloop.libc..")
                    .and()
                    .doNotBelongToAnyOf(EnxioChannels.class)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("jnr..", "com.kenai..", "sun.misc..");

    @ArchTest
    static final ArchRule theBridgeKnowsEnxioOnly =
            noClasses()
                    .that()
                    .belongToAnyOf(EnxioChannels.class)
                    .should()
                    .dependOnClassesThat(
                            resideInAnyPackage("jnr..", "com.kenai..")
                                    .and(not(resideInAPackage("jnr.enxio..")))
                                    .as("other classes of JNR"));

    @ArchTest
    static final ArchRule theLoopKnowsTheJdkAndItsQueueOnly =
            classes()
                    .that()
                    .resideInAnyPackage("dev.eventloop", "dev.eventloop.spi")
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            "java..", "org.jctools..", "dev.eventloop", "dev.eventloop.spi");

    @ArchTest
    static final ArchRule socketsDoNotKnowWhoUsesThem =
            noClasses()
                    .that()
                    .resideInAnyPackage("dev.eventloop.net..", "dev.eventloop.libc..")
                    .should()
                    .dependOnClassesThat(
                            resideInAnyPackage(BACKENDS)
                                    .or(resideInAPackage("dev.eventloop.lb.."))
                                    .as("backends or the load balancer"));

    @ArchTest
    static final ArchRule theDoorDoesNotKnowTheSockets =
            noClasses()
                    .that()
                    .resideInAPackage("dev.eventloop.libc..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("dev.eventloop.net..");

    @ArchTest
    static final ArchRule backendsAreFoundAndNotNamed =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(BACKENDS)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(BACKENDS);

    @ArchTest
    static final ArchRule backendsDoNotKnowEachOther =
            slices().matching("dev.eventloop.(*)..")
                    .should()
                    .notDependOnEachOther()
                    .ignoreDependency(not(resideInAnyPackage(BACKENDS)), alwaysTrue())
                    .ignoreDependency(alwaysTrue(), not(resideInAnyPackage(BACKENDS)));

    @ArchTest
    static final ArchRule backendsDoNotKnowTheLoadBalancer =
            noClasses()
                    .that()
                    .resideInAnyPackage(BACKENDS)
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("dev.eventloop.lb..");

    @ArchTest
    static final ArchRule theLoadBalancerCanBeEmbeddedWithoutItsCommand =
            noClasses()
                    .that()
                    .resideInAPackage("dev.eventloop.lb")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "dev.eventloop.lb.command..", "picocli..", "ch.qos.logback..");

    @ArchTest
    static final ArchRule onlyTheConfigurationKnowsYaml =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("dev.eventloop.lb.config..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.snakeyaml..");

    @ArchTest
    static final ArchRule onlyTheCommandKnowsTheCommandLine =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("dev.eventloop.lb.command..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("picocli..");

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("dev.eventloop.(*)..")
                    .should()
                    .beFreeOfCycles()
                    .ignoreDependency(alwaysTrue(), resideInAPackage("dev.eventloop"));

    /** One slice per package; the root package is two, the facade and the values. */
    @ArchTest
    static final ArchRule partsOfTheLoadBalancerHaveNoCycles =
            slices().assignedFrom(new PartsOfTheLoadBalancer()).should().beFreeOfCycles();

    /**
     * Dependencies point one way: facade, runtime, relay, frontend, then pool and preface, then
     * values.
     */
    @ArchTest
    static final ArchRule theEngineIsLayered =
            layeredArchitecture()
                    .consideringOnlyDependenciesInAnyPackage("dev.eventloop.lb..")
                    .layer("facade")
                    .definedBy(FACADE)
                    .layer("runtime")
                    .definedBy("dev.eventloop.lb.runtime..")
                    .layer("readiness")
                    .definedBy("dev.eventloop.lb.relay.readiness..")
                    .layer("relay")
                    .definedBy("dev.eventloop.lb.relay")
                    .layer("frontend")
                    .definedBy("dev.eventloop.lb.frontend..")
                    .layer("pool")
                    .definedBy("dev.eventloop.lb.pool..")
                    .layer("report")
                    .definedBy("dev.eventloop.lb.report..")
                    .whereLayer("runtime")
                    .mayOnlyBeAccessedByLayers("facade")
                    .whereLayer("readiness")
                    .mayOnlyBeAccessedByLayers("runtime")
                    .whereLayer("relay")
                    .mayOnlyBeAccessedByLayers("facade", "runtime", "readiness")
                    .whereLayer("frontend")
                    .mayOnlyBeAccessedByLayers("facade", "runtime", "relay")
                    .whereLayer("pool")
                    .mayOnlyBeAccessedByLayers("facade", "runtime", "relay", "frontend")
                    .whereLayer("report")
                    .mayOnlyBeAccessedByLayers("facade");

    /** Only the relay holds file descriptors; a connection has none. */
    @ArchTest
    static final ArchRule connectionsHaveNoFds =
            noFields().that().areDeclaredIn(Connection.class).should().haveNameMatching("(?i).*fd");

    @ArchTest
    static final ArchRule theEngineDoesNotKnowWhatIsBuiltOnIt =
            noClasses()
                    .that()
                    .resideInAnyPackage(ENGINE)
                    .should()
                    .dependOnClassesThat(
                            FACADE.or(
                                            resideInAnyPackage(
                                                    "dev.eventloop.lb.admin..",
                                                    "dev.eventloop.lb.command..",
                                                    "dev.eventloop.lb.config..",
                                                    "dev.eventloop.lb.discovery.."))
                                    .as("the packages built on the engine"));

    @ArchTest
    static final ArchRule valuesDoNotKnowTheEngine =
            noClasses()
                    .that(VALUES)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "dev.eventloop.lb.runtime..",
                            "dev.eventloop.lb.relay..",
                            "dev.eventloop.lb.frontend..",
                            "dev.eventloop.lb.pool..",
                            "dev.eventloop.lb.report..");

    @ArchTest
    static final ArchRule theFacadeDoesNotKnowWhatIsBuiltOnIt =
            noClasses()
                    .that()
                    .resideInAPackage("dev.eventloop.lb")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "dev.eventloop.lb.admin..",
                            "dev.eventloop.lb.config..",
                            "dev.eventloop.lb.discovery..");

    @ArchTest
    static final ArchRule theAdminPortCanBeEmbeddedWithoutTheCommand =
            noClasses()
                    .that()
                    .resideInAPackage("dev.eventloop.lb.admin..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "dev.eventloop.lb.command..", "picocli..", "ch.qos.logback..");

    @ArchTest
    static final ArchRule onlyTheAdminPortKnowsWhatItIsServedBy =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(
                            "dev.eventloop.lb.admin..", "dev.eventloop.lb.command..") // its demo
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("com.sun.net.httpserver..", "io.prometheus..");

    @ArchTest
    static final ArchRule dnsIsKnownInOnePlace =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("dev.eventloop.lb.discovery..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.xbill..");

    @ArchTest
    static final ArchRule discoveryKnowsTheLoadBalancerOnly =
            noClasses()
                    .that()
                    .resideInAPackage("dev.eventloop.lb.discovery..")
                    .should()
                    .dependOnClassesThat(
                            resideInAPackage("dev.eventloop..")
                                    .and(
                                            not(
                                                    resideInAnyPackage(
                                                            "dev.eventloop.lb",
                                                            "dev.eventloop.lb.discovery..")))
                                    .as("packages beside or below the load balancer"));

    @ArchTest
    static final ArchRule theApiKnowsNobodyAbove =
            noClasses()
                    .that()
                    .resideInAPackage("dev.eventloop.spi")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "dev.eventloop.net..", "dev.eventloop.libc..", "dev.eventloop.lb..");

    @ArchTest
    static final ArchRule namesSayWhatThingsAre =
            noClasses().should().haveNameMatching(".*(Manager|Helper|Util|Utils|Impl)(\\$.*)?");
}
