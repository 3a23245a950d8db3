Feature: Several instances on one database

  Background:
    Given Root is an administrator
    And Ada is logged in
    And a second instance is running
    And the instances exchange changes

  Scenario: A cache flush applies to all instances before its response
    When Ada requests the current user on the second instance
    And Ada requests the current user on the second instance
    Then the response is a cache hit
    When Root flushes the cache
    And Ada requests the current user on the second instance
    Then the response is a cache miss

  Scenario: A block applies to all instances before its response
    When Ada requests the current user on the second instance
    And Root blocks Ada
    And Ada requests the current user on the second instance
    Then the request is rejected with 401 invalid_token

  Scenario: The removal of a role applies to all instances before its response
    Given Grace is an administrator
    When Grace requests the users on the second instance
    And Root removes the admin role from Grace
    And Grace requests the users on the second instance
    Then the request is rejected with 403 forbidden
