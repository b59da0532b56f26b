package dev.eventloop.examples;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTag;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.Signals;

/** The examples use only what any program can use, and do not depend on each other. */
@AnalyzeClasses(
        packages = "dev.eventloop.examples",
        importOptions = ImportOption.DoNotIncludeTests.class)
@ArchTag("fast")
class ExamplesUseThePublicApiTest {
    @ArchTest
    static final ArchRule nothingOfTheInside =
            noClasses()
                    .should()
                    .dependOnClassesThat(
                            resideInAnyPackage(
                                            "dev.eventloop.libc..",
                                            "dev.eventloop.spi..",
                                            "dev.eventloop.epoll..",
                                            "dev.eventloop.kqueue..",
                                            "dev.eventloop.poll..",
                                            "dev.eventloop.select..",
                                            "dev.eventloop.lb..",
                                            "jnr..")
                                    .and(not(belongToAnyOf(Errno.class, Signals.class)))
                                    .as("packages outside the public API"))
                    .allowEmptyShould(true);

    @ArchTest
    static final ArchRule noneKnowsAnother =
            slices().matching("dev.eventloop.examples.(*)..")
                    .should()
                    .notDependOnEachOther()
                    .allowEmptyShould(true);
}
