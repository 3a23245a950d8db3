Feature: Several instances on one database

  Background:
    Given Root is an administrator
    And Ada is logged in
    And a second instance runs on the same database
    And the instances know of each other

  Scenario: A flush of one is in force on all when it is answered
    Given Ada requests the current user on the second instance
    When Ada requests the current user on the second instance
    Then the response is a cache hit
    When Root flushes the cache
    And Ada requests the current user on the second instance
    Then the response is a cache miss

  Scenario: So is a block
    Given Ada requests the current user on the second instance
    When Root tries to block Ada
    And Ada requests the current user on the second instance
    Then the request is rejected with 401 invalid_token

  Scenario: So is the loss of a right
    Given Grace is an administrator
    And Grace looks for accounts on the second instance
    When Root tries to take all rights from Grace
    And Grace looks for accounts on the second instance
    Then the request is rejected with 403 forbidden
