Feature: A lockout does not hurt the owner of an account

  Correct logins use up no attempts, and owners who prove their identity are no longer locked out.

  Background:
    Given Ada has the verified email "ada@example.org"

  Scenario: Correct logins from many addresses
    When Ada logs in from 25 IP addresses
    Then Ada receives tokens

  Scenario: A new password unlocks the account
    Given 12 failed logins for Ada come from different IP addresses
    And Ada has received a password reset link
    When the link is used with new password "seven lanterns over the bay"
    And Ada logs in with password "seven lanterns over the bay" from 203.0.113.9
    Then Ada receives tokens

  Scenario: A new password unlocks the e-mail address as well
    Given 12 failed logins for "ada@example.org" come from different IP addresses
    And Ada has received a password reset link
    When the link is used with new password "seven lanterns over the bay"
    And Ada logs in as "ada@example.org" with password "seven lanterns over the bay"
    Then Ada receives tokens

  Scenario: A link that logs in unlocks the account
    Given Ada has an account
    And 12 failed logins for Ada come from different IP addresses
    And Ada has received a login link
    And the link is used
    When Ada logs in from 203.0.113.9
    Then Ada receives tokens

  Scenario: A code for a new password from an administrator unlocks the account
    Given Root is an administrator
    And 12 failed logins for Ada come from different IP addresses
    And Root tries to issue a token for Ada
    When Ada logs in from 203.0.113.9
    Then Ada receives tokens

  Scenario: An administrator who unblocks an account unlocks it
    Given Root is an administrator
    And Root tries to block Ada
    And 12 failed logins for Ada come from different IP addresses
    And Root tries to unblock Ada
    When Ada logs in from 203.0.113.9
    Then Ada receives tokens

  Scenario: All instances count together, and a restart forgets nothing
    Given a second instance runs on the same database
    And 5 failed logins for Ada come from 127.0.0.1
    When Ada logs in on the second instance
    Then the request is rejected with 429 too_many_attempts
    When the service is restarted
    And Ada logs in from 127.0.0.1
    Then the request is rejected with 429 too_many_attempts
