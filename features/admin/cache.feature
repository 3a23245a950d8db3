Feature: The cache is flushed

  Background:
    Given Root is an administrator

  Scenario: What was cached is made anew
    Given Ada is logged in
    When Ada looks at the own account
    And Root flushes the cache
    Then 1 entry or more is gone from the cache
    And the audit trail tells of "cache.flushed" with the id of that request
    When Ada looks at the own account
    Then it is made anew

  Scenario: There is none
    When the operator sets cache.enabled to false
    And Root flushes the cache
    Then it is refused with 503 cache_disabled
