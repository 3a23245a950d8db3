Feature: The cache is flushed

  Background:
    Given Root is an administrator

  Scenario: What was cached is made anew
    Given Ada is logged in
    When Ada requests the current user
    And Root flushes the cache
    Then 1 entry or more is gone from the cache
    And the audit log has a "cache.flushed" event for this request
    When Ada requests the current user
    Then the response is a cache miss

  Scenario: There is none
    When the operator sets cache.enabled to false
    And Root flushes the cache
    Then the request is rejected with 503 cache_disabled
