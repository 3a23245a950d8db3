Feature: Flushing the cache

  Background:
    Given Root is an administrator

  Scenario: After a flush, responses are cache misses
    Given Ada is logged in
    When Ada requests the current user
    And Root flushes the cache
    Then at least 1 cache entry is removed
    And the audit log has 1 "cache.flushed" event for this request
    When Ada requests the current user
    Then the response is a cache miss

  Scenario: The cache is disabled
    When the operator sets cache.enabled to false
    And Root flushes the cache
    Then the request is rejected with 503 cache_disabled
    And the response says when to retry
