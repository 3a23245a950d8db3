Feature: Account owners during a lockout

  Successful logins do not count as attempts. Owners who prove their identity are no longer locked out.

  Background:
    Given Ada has the verified email "ada@example.org"

  Scenario: Successful logins from many IP addresses
    When Ada logs in from 25 IP addresses
    Then Ada receives tokens

  Scenario: A new password unlocks the account
    Given Ada has received a password reset link
    When 12 failed logins for Ada come from different IP addresses
    And the link is used with new password "seven lanterns over the bay"
    And Ada logs in with password "seven lanterns over the bay" from 203.0.113.9
    Then Ada receives tokens

  Scenario: A new password also unlocks logins with the email address
    Given Ada has received a password reset link
    When 12 failed logins for "ada@example.org" come from different IP addresses
    And the link is used with new password "seven lanterns over the bay"
    And Ada logs in as "ada@example.org" with password "seven lanterns over the bay"
    Then Ada receives tokens

  Scenario: A login link unlocks the account
    Given Ada has an account
    And Ada has received a login link
    When 12 failed logins for Ada come from different IP addresses
    And the link is used
    And Ada logs in from 203.0.113.9
    Then Ada receives tokens

  Scenario: A reset token from an administrator unlocks the account
    Given Root is an administrator
    When 12 failed logins for Ada come from different IP addresses
    And Root issues a reset token for Ada
    And Ada logs in from 203.0.113.9
    Then Ada receives tokens

  Scenario: Unblocking an account unlocks it
    Given Root is an administrator
    When Root blocks Ada
    And 12 failed logins for Ada come from different IP addresses
    And Root unblocks Ada
    And Ada logs in from 203.0.113.9
    Then Ada receives tokens

  Scenario: Instances share their counts, and a restart keeps them
    Given a second instance is running
    When 5 failed logins for Ada come from 127.0.0.1
    And Ada logs in on the second instance
    Then the request is rejected with 429 too_many_attempts
    When the service is restarted
    And Ada logs in from 127.0.0.1
    Then the request is rejected with 429 too_many_attempts
